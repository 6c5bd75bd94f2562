import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { root } from '@/bin/root'
import { createDatabase } from '@/db/client'
import { describeDifference } from '@/lib/audit'
import { auditDifferences } from '@/tests/support/audit-differences'
import { readStock, unsound, type StockRow } from '../support/stock'
import { startAdminDesk } from './admin-desk'
import { startBuyers } from './buyers'
import { chanceOf } from './chance'
import { testClock, type TestClock } from './clock'
import { type Difference, judge, type Judgement } from './judge'
import type { ChaosOptions } from './options'
import { startOutsideSales } from './outside-sales'
import type { Progress } from './progress'
import { readForgottenEvents, readPayments } from './records'
import { planFaults } from './schedule'
import { settle } from './settle'
import { readStories } from './story'
import { paidSessionsOf } from './stripe-truth'
import { endFaults, startFaults } from './strike'
import { startSupportDesk } from './support-desk'
import { openTill } from './till'
import { openWorld, repeatedly, type World } from './world'

export interface ChaosResult extends Omit<Judgement, 'differences'> {
  seed: number
  seconds: number
  kills: number
  /** Seats beyond the limit, the worst that any city and tier ever had. */
  oversold: number
  /** Everything that is not as it should be, one line each; none after a good run. */
  faults: string[]
  /** What is stored about the payments and reservations at fault. */
  stories: string[]
}

/**
 * Opens a shop, lets everything go wrong for a while, lets it settle, and compares it with Stripe's books.
 *
 * @param signal ends the run early: everything is taken down, and the promise rejects
 */
export async function runChaos(
  options: ChaosOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<ChaosResult> {
  const world = await openWorld(progress)
  const aborted = once(signal, 'abort').then(() => Promise.reject(new Error('The run was stopped')))
  try {
    return await Promise.race([run(world, options), aborted])
  } finally {
    await world.close()
  }
}

async function run(world: World, { seed, seconds }: ChaosOptions): Promise<ChaosResult> {
  const { progress } = world
  const chance = chanceOf(seed)
  const clock = testClock(world)
  if (chance.happens(0.5)) await refundWithoutAsking(world)
  progress.say(`the shop is open; everything goes wrong for ${seconds} s`)
  const watch = watchStock(world)
  await goWrong(world, clock, { chance, seconds })
  const unfinished = await settle(world, clock)
  const result = await judged(world, { seed, seconds, unfinished, worst: await watch.stop() })
  if (result.faults.length > 0) progress.say(`what the processes wrote: ${await keepOutput(world, seed)}`)
  return result
}

/** The other of the two settings for a payment that finds no seat. */
async function refundWithoutAsking({ shop, progress }: World): Promise<void> {
  progress.say('payments that find no seat are refunded at once')
  await shop.sql(`insert into settings (key, value) values ('payments', '{"noSeat": "refund"}')`)
}

async function keepOutput({ webs, workers }: World, seed: number): Promise<string> {
  const file = join(root, 'test-results', `chaos-${seed}.log`)
  await mkdir(dirname(file), { recursive: true })
  const slots = [...webs, ...workers].map((slot) => `=== ${slot.name}\n${slot.output()}\n`)
  await writeFile(file, slots.join(''))
  return file
}

async function goWrong(
  world: World,
  clock: TestClock,
  { chance, seconds }: { chance: ReturnType<typeof chanceOf>; seconds: number },
): Promise<void> {
  const till = openTill(world)
  const minutes = chance.fork('clock')
  const faults = startFaults(world, planFaults(chance.fork('faults'), seconds))
  const people = [
    startBuyers(world, till, chance.fork('buyers')),
    startOutsideSales(world, till, chance.fork('outside')),
    startAdminDesk(world, chance.fork('admin')),
  ]
  const support = startSupportDesk(world, till, chance.fork('support'))
  const time = repeatedly(
    () => clock.advance(minutes.whole(1, 4)),
    () => 1_000,
  )
  await delay(seconds * 1_000)
  world.progress.say('nothing goes wrong any more')
  world.end()
  await endFaults(world)
  await Promise.all([time.stop(), faults.ended(), ...people.map((one) => one.stop())])
  // It answers every debit, so nobody may start another one.
  await support.stop()
  await endFaults(world)
}

interface WorstStock {
  oversold: number
  unsound: Map<string, StockRow>
  looks: number
}

/** Looks at all stock again and again; while the database is away there is nothing to see. */
function watchStock({ shop }: World): { stop: () => Promise<WorstStock> } {
  const worst: WorstStock = { oversold: 0, unsound: new Map(), looks: 0 }
  const watch = repeatedly(
    async () => {
      const stock = await readStock(shop).catch(() => null)
      if (!stock) return
      worst.looks++
      for (const row of stock)
        worst.oversold = Math.max(worst.oversold, row.sold + row.held - row.actualLimit)
      for (const row of unsound(stock)) worst.unsound.set(`${row.cityId} ${row.tier}`, row)
    },
    () => 250,
  )
  return { stop: async () => (await watch.stop(), worst) }
}

async function judged(
  world: World,
  run: { seed: number; seconds: number; unfinished: Difference[]; worst: WorstStock },
): Promise<ChaosResult> {
  const { shop } = world
  const { seed, seconds, unfinished, worst } = run
  const snapshot = await shop.standIn.control.snapshot()
  const judgement = judge(paidSessionsOf(snapshot), await readPayments(shop))
  const answered = snapshot.deliveries.filter(({ status }) => status === 200).map(({ eventId }) => eventId)
  const differences = [
    ...judgement.differences,
    ...unfinished,
    ...(await auditDifferencesOf(shop.database.appUrl)),
    ...(await readForgottenEvents(shop, [...new Set(answered)])),
  ]
  const faults = [
    ...differences.map(({ message }) => message),
    ...[...worst.unsound.values()].map((row) => `stock that must never be: ${JSON.stringify(row)}`),
    ...(worst.looks === 0 ? ['nobody ever saw the stock'] : []),
    ...new Set(world.surprises),
    ...[...world.webs, ...world.workers].flatMap((slot) => slot.deaths),
  ]
  const stories = await readStories(
    shop,
    differences.flatMap(({ about }) => about ?? []),
  )
  return { ...judgement, seed, seconds, kills: world.kills, oversold: worst.oversold, faults, stories }
}

async function auditDifferencesOf(appUrl: string): Promise<Difference[]> {
  const database = createDatabase({ connectionString: appUrl, max: 2, applicationName: '6fb-chaos-audit' })
  try {
    const found = await auditDifferences(database)
    return found.map((difference) => ({
      message: `audit: ${describeDifference(difference)}`,
      about: /^payment (\S+)$/.exec(difference.row)?.[1] ?? null,
    }))
  } finally {
    await database.destroy()
  }
}
