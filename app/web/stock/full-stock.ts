import { getAllInventoryStatuses } from '@/lib/inventory'
import { presentStatus } from '@/app/api/present-inventory'
import type { FullStock } from '@/app/api/schemas/stock'
import type { Feed } from './feed'
import type { LiveStock } from './live-stock'
import { type SentAnswer, sentAnswer } from './sent-answer'

/** All numbers of all cities, as `GET /api/inventory` gives them to a role. One per process. */
export type FullStockFeed = Feed<FullStockView>

export interface FullStockView {
  all: SentAnswer
  /** In order of date. */
  cities: readonly FullStock[]
}

const longestAgeMs = 1_000
const minGapMs = 50
/** If a read takes longer, watchers are told that the numbers are lost. */
const lostAfterMs = 3_000

/** Reads the database on a change of stock, and every second in any case, as long as there is a watcher. */
export function createFullStockFeed(
  liveStock: Pick<LiveStock, 'onAnnouncement'>,
  read: () => Promise<FullStock[]> = async () => (await getAllInventoryStatuses()).map(presentStatus),
): FullStockFeed {
  const watchers = new Set<Parameters<FullStockFeed['watch']>[0]>()
  let current: FullStockView | undefined
  let stop: (() => void) | undefined
  let isReading = false
  let readingSince = 0
  let isStale = false

  function lose(): void {
    current = undefined
    for (const watcher of [...watchers]) watcher.lost()
  }

  async function refresh(): Promise<void> {
    if (isReading) {
      isStale = true
      if (performance.now() - readingSince >= lostAfterMs) lose()
      return
    }
    isReading = true
    readingSince = performance.now()
    try {
      const cities = await read()
      // Kept, they would be told to whoever watches next, however much later that is.
      if (watchers.size === 0) return
      const view = { all: sentAnswer(cities), cities }
      if (view.all.id !== current?.all.id) {
        current = view
        for (const watcher of [...watchers]) watcher.changed(current)
      }
    } catch {
      lose()
    } finally {
      isReading = false
      if (isStale && watchers.size > 0) setTimeout(() => void refresh(), minGapMs)
      isStale = false
    }
  }

  function start(): () => void {
    const silence = liveStock.onAnnouncement(() => void refresh())
    const tick = setInterval(() => void refresh(), longestAgeMs)
    return () => {
      silence()
      clearInterval(tick)
      current = undefined
    }
  }

  return {
    watch(watcher) {
      watchers.add(watcher)
      stop ??= start()
      if (current) watcher.changed(current)
      else void refresh()
      return () => {
        watchers.delete(watcher)
        if (watchers.size > 0) return
        stop?.()
        stop = undefined
      }
    },
  }
}
