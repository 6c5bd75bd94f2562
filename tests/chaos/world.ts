import { setTimeout as delay } from 'node:timers/promises'
import { openShopWithServer, type ShopWithServer } from '../support/shop'
import { webhookUrl } from '../support/buyers'
import type { RunningProcess, RunningWeb } from '../support/processes'
import { startAdmin, type Admin } from './admin'
import type { Progress } from './progress'
import { slotOf, type Slot } from './slot'

/** The whole product under attack: two web processes, two workers, an admin, PostgreSQL, and Stripe's stand-in. */
export interface World {
  shop: ShopWithServer
  webs: [Slot<RunningWeb>, Slot<RunningWeb>]
  workers: [Slot, Slot]
  admin: Admin
  /** Processes killed with -9, PostgreSQL's server among them. */
  kills: number
  /** Answers that no buyer should get, and faults that could not be made. */
  surprises: string[]
  progress: Progress
  /** Waits so long, or until everything ends. */
  pause: (ms: number) => Promise<void>
  /** From now on nobody waits any more. */
  end: () => void
  close: () => Promise<void>
}

export async function openWorld(progress: Progress): Promise<World> {
  const shop = await openShopWithServer({ workers: 2, durability: 'full' })
  const ending = new AbortController()
  const admin = await startAdmin(shop)
  const [firstWorker, secondWorker] = shop.workers
  if (!firstWorker || !secondWorker) throw new Error('There should be two workers')
  const webSlot = (name: string, web: RunningWeb) =>
    slotOf(name, web, () => shop.startWeb(Number(new URL(web.origin).port)))
  const workerSlot = (name: string, worker: RunningProcess) => slotOf(name, worker, shop.startWorker)
  const webs: World['webs'] = [webSlot('web 1', shop.webs[0]), webSlot('web 2', shop.webs[1])]
  await shop.standIn.control.setWebhooks({ urls: [webhookUrl(shop.webs[0])] })
  return {
    shop,
    webs,
    workers: [workerSlot('worker 1', firstWorker), workerSlot('worker 2', secondWorker)],
    admin,
    kills: 0,
    surprises: [],
    progress,
    pause: (ms) => delay(ms, undefined, { signal: ending.signal }).catch(() => undefined),
    end: () => ending.abort(),
    close: async () => {
      await admin.end()
      await shop.close()
    },
  }
}

/** Something that happens again and again until it is told to stop; what it throws ends it. */
export function repeatedly(step: () => Promise<void>, pauseMs: () => number): { stop: () => Promise<void> } {
  const stopping = new AbortController()
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await step()
      await delay(pauseMs(), undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  })()
  return {
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
