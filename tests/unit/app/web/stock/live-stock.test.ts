import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  createLiveStock,
  type LiveStock,
  type LiveStockSource,
  type StockView,
} from '@/app/web/stock/live-stock'
import { aCity, aReading } from '@/tests/unit/app/stories'

let live: LiveStock
let ga: number
let reads: number
let nextChangeInMs: number | null
let isAway: boolean
let isSilent: boolean
let announce: () => void
let listenerClosed: boolean
let errors: unknown[]

beforeEach(() => {
  vi.useFakeTimers()
  ga = 35
  reads = 0
  nextChangeInMs = null
  isAway = false
  isSilent = false
  listenerClosed = false
  errors = []
  live = createLiveStock(source)
})

afterEach(async () => {
  await live.close()
  vi.useRealTimers()
})

const source: LiveStockSource = {
  readCities: async () => [aCity()],
  readStock: async () => {
    reads += 1
    const seen = ga
    await vi.advanceTimersByTimeAsync(0)
    if (isSilent) await new Promise(() => {})
    if (isAway) throw new Error('Connection terminated unexpectedly')
    return aReading({ ga: seen, nextChangeInMs })
  },
  listen: async (onChange) => {
    announce = onChange
    return {
      close: async () => {
        listenerClosed = true
      },
    }
  },
  onError: (error) => errors.push(error),
}

const gaIn = (view: StockView | null) => view?.stock('dallas-jan-2026')?.publicAvailable.ga

function watcher() {
  const seen: (number | undefined)[] = []
  let losses = 0
  const unwatch = live.watch({ changed: (view) => seen.push(gaIn(view)), lost: () => (losses += 1) })
  return { seen, losses: () => losses, unwatch }
}

describe('reading', () => {
  it('serves many readers from one look at the database for a second', async () => {
    await Promise.all([live.read(), live.read(), live.read()])
    await live.read()
    expect(reads).toBe(1)
    await vi.advanceTimersByTimeAsync(1_001)
    ga = 34
    expect(gaIn(await live.read())).toBe(34)
    expect(reads).toBe(2)
  })

  it('serves no older look when the clock of this machine is set back', async () => {
    await live.read()
    vi.setSystemTime(Date.now() - 600_000)
    await vi.advanceTimersByTimeAsync(1_001)
    ga = 34
    expect(gaIn(await live.read())).toBe(34)
  })

  it('looks again at once after an announcement', async () => {
    await live.read()
    ga = 34
    announce()
    expect(gaIn(await live.read())).toBe(34)
  })

  it('refreshes with a look that began after the call, also while another is under way', async () => {
    const early = live.read()
    ga = 34
    const [first, second] = await Promise.all([live.refresh(), live.refresh()])
    expect(gaIn(await early)).toBe(35)
    expect([gaIn(first), gaIn(second)]).toEqual([34, 34])
    expect(reads).toBe(2)
  })

  it('fails while the database is away, and recovers', async () => {
    isAway = true
    await expect(live.read()).rejects.toThrow('Connection terminated')
    isAway = false
    expect(gaIn(await live.read())).toBe(35)
  })

  it('tells nobody who changed something that it could not be read, and looks again for the next who asks', async () => {
    await live.read()
    isAway = true
    expect(await Promise.all([live.refresh(), live.refresh()])).toEqual([null, null])
    expect(errors).toHaveLength(2)
    isAway = false
    ga = 34
    expect(gaIn(await live.read())).toBe(34)
  })

  it('keeps nobody who changed something waiting for a database that says nothing', async () => {
    isSilent = true
    const refreshed = live.refresh()
    await vi.advanceTimersByTimeAsync(3_000)
    expect(await refreshed).toBeNull()
    expect(errors).toHaveLength(1)
  })
})

describe('watching', () => {
  it('tells the numbers at hand, then each change once', async () => {
    await live.read()
    const { seen } = watcher()
    ga = 34
    announce()
    announce()
    await vi.advanceTimersByTimeAsync(50)
    announce()
    await vi.advanceTimersByTimeAsync(50)
    expect(seen).toEqual([35, 34])
  })

  it('finds a change within a second although no announcement came', async () => {
    await live.read()
    const { seen } = watcher()
    ga = 33
    await vi.advanceTimersByTimeAsync(1_300)
    expect(seen).toEqual([35, 33])
  })

  it('looks when a hold lapses by the clock', async () => {
    await live.read()
    const { seen } = watcher()
    nextChangeInMs = 400
    announce()
    await vi.advanceTimersByTimeAsync(30)
    ga = 36
    nextChangeInMs = null
    await vi.advanceTimersByTimeAsync(410)
    expect(seen).toEqual([35, 36])
  })

  it('gathers a rush of announcements into few looks', async () => {
    await live.read()
    watcher()
    reads = 0
    for (let i = 0; i < 100; i++) {
      announce()
      await vi.advanceTimersByTimeAsync(1)
    }
    expect(reads).toBeLessThanOrEqual(5)
    expect(reads).toBeGreaterThanOrEqual(2)
  })

  it('says so when the numbers have been lost for three seconds', async () => {
    await live.read()
    const { losses } = watcher()
    isAway = true
    await vi.advanceTimersByTimeAsync(2_000)
    expect(losses()).toBe(0)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(losses()).toBeGreaterThan(0)
  })

  it('says so when a look is not answered for three seconds', async () => {
    await live.read()
    const { losses } = watcher()
    isSilent = true
    await vi.advanceTimersByTimeAsync(3_000)
    expect(losses()).toBe(0)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(losses()).toBeGreaterThan(0)
  })

  it('goes on when the clock of this machine is set back, or ahead', async () => {
    await live.read()
    const { seen } = watcher()
    for (const minutes of [-10, 10]) {
      vi.setSystemTime(Date.now() + minutes * 60_000)
      ga -= 1
      announce()
      await vi.advanceTimersByTimeAsync(50)
      ga -= 1
      await vi.advanceTimersByTimeAsync(1_300)
    }
    expect(seen).toEqual([35, 34, 33, 32, 31])
  })

  it('stops looking when nobody watches, and when closed', async () => {
    await live.read()
    const { unwatch } = watcher()
    unwatch()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(reads).toBe(1)
    watcher()
    await live.close()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(reads).toBe(1)
    expect(listenerClosed).toBe(true)
  })
})
