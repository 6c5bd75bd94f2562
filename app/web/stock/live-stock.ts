import type { City } from '@/lib/cities'
import type { PublicStockReading } from '@/lib/inventory/public-stock'
import type { Tier } from '@/lib/tier'
import { createCrowd } from './crowd'
import type { Watcher } from './feed'
import { answerFor, type PublicAnswer, type PublicStock } from './public-answer'

/** One consistent look at what customers may see. */
export interface StockView {
  /** In order of date. */
  cities: readonly City[]
  city(id: string): City | undefined
  stock(cityId: string): PublicStock | undefined
  /** Whether a tier whose public number is 0 may still sell ("Limited: last seats"). */
  hasLastSeats(cityId: string, tier: Tier): boolean
  /** The public answer of all cities. */
  all: PublicAnswer
  /** The public answer of one city. */
  answer(cityId: string): PublicAnswer | undefined
  /** In milliseconds of `performance.now()`, which goes on where the machine's clock is set. */
  readAt: number
}

export type StockWatcher = Watcher<StockView>

/** The public stock in this process's memory. One per process, shared by all requests. */
export interface LiveStock {
  /** A view at most `maxAgeMs` old. Rejects when the database is away. */
  read(): Promise<StockView>
  /**
   * A view read after this call, for answers that must show a change that this process just made. Null, and logged, if
   * the database cannot be read within three seconds: the change is made all the same, and the next read looks again.
   */
  refresh(): Promise<StockView | null>
  /** Tells the numbers at hand at once, then each change of the public answer, until the returned function is called. */
  watch(watcher: StockWatcher): () => void
  /** Calls back when stock may have changed, hidden numbers included, until the returned function is called. */
  onAnnouncement(heard: () => void): () => void
  close(): Promise<void>
}

export interface LiveStockSource {
  readCities(): Promise<City[]>
  readStock(): Promise<PublicStockReading>
  /** Tells when stock may have changed, in any process. Reconnects by itself. */
  listen(onChange: () => void): Promise<{ close(): Promise<void> }>
  onError(error: unknown): void
}

const maxAgeMs = 1_000
/** A rush of announcements becomes at most one read in this time. */
const minGapMs = 25
/** Without a successful read for this long, watchers are told that the numbers are lost. */
const lostAfterMs = 3_000

/**
 * Keeps the public stock in memory. It is read again when a change is announced, when a hold lapses by the clock, every
 * second as long as there is a watcher, and before an answer if the last read is older than a second.
 */
export function createLiveStock(source: LiveStockSource): LiveStock {
  const crowd = createCrowd<StockView>()
  const listeners = new Set<() => void>()
  let view: StockView | undefined
  let isStale = true
  let running: Promise<StockView> | undefined
  let next: Promise<StockView> | undefined
  let lastStart = -Infinity
  let soon: NodeJS.Timeout | undefined
  let lapse: NodeJS.Timeout | undefined
  let tick: NodeJS.Timeout | undefined
  let isClosed = false

  const listening = source.listen(announced)
  // Without announcements, numbers are still at most a second old.
  listening.catch((error: unknown) => source.onError(error))

  async function load(): Promise<StockView> {
    lastStart = performance.now()
    isStale = false
    try {
      const [cities, reading] = await Promise.all([source.readCities(), source.readStock()])
      const before = view
      view = viewOf(cities, reading, lastStart)
      planLapse(reading)
      if (before?.all.id !== view.all.id) crowd.changed(view)
      return view
    } catch (error) {
      isStale = true
      throw error
    } finally {
      running = undefined
    }
  }

  async function refresh(): Promise<StockView | null> {
    const { promise: tooLate, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(new Error('The stock was not read in time')), lostAfterMs)
    try {
      return await Promise.race([reload(), tooLate])
    } catch (error) {
      source.onError(error)
      return null
    } finally {
      clearTimeout(timer)
    }
  }

  function reload(): Promise<StockView> {
    if (!running) return (running = load())
    // The read under way may have begun before the caller's change: one more, shared by all who ask meanwhile.
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined
        return (running ??= load())
      })
    return next
  }

  async function read(): Promise<StockView> {
    if (view && !isStale && performance.now() - view.readAt <= maxAgeMs) return view
    return running ?? reload()
  }

  function announced(): void {
    isStale = true
    for (const heard of [...listeners]) heard()
    if (crowd.size === 0 || soon) return
    soon = setTimeout(
      () => {
        soon = undefined
        refreshForWatchers()
      },
      Math.max(0, lastStart + minGapMs - performance.now()),
    )
  }

  function refreshForWatchers(): void {
    if (isClosed || crowd.size === 0) return
    reload().catch((error: unknown) => {
      source.onError(error)
      if (!view || performance.now() - view.readAt >= lostAfterMs) crowd.lost()
    })
  }

  function planLapse(reading: PublicStockReading): void {
    clearTimeout(lapse)
    lapse = undefined
    if (!reading.nextChangeAt || crowd.size === 0) return
    const delay = reading.nextChangeAt.getTime() - reading.readAt.getTime()
    // Later changes are left to the tick of every second.
    if (delay < maxAgeMs) lapse = setTimeout(refreshForWatchers, Math.max(0, delay) + 5)
  }

  function watch(watcher: StockWatcher): () => void {
    const leave = crowd.join(watcher)
    if (view) watcher.changed(view)
    tick ??= setInterval(() => {
      const age = performance.now() - lastStart
      // A read that is not answered keeps the next one waiting, but not those who watch.
      if (running && age >= lostAfterMs) crowd.lost()
      if (!running && age >= maxAgeMs - 50) refreshForWatchers()
    }, maxAgeMs / 4)
    return () => {
      leave()
      if (crowd.size > 0) return
      clearInterval(tick)
      tick = undefined
    }
  }

  function onAnnouncement(heard: () => void): () => void {
    listeners.add(heard)
    return () => listeners.delete(heard)
  }

  async function close(): Promise<void> {
    isClosed = true
    crowd.dissolve()
    listeners.clear()
    clearInterval(tick)
    clearTimeout(soon)
    clearTimeout(lapse)
    const listener = await listening.catch(() => undefined)
    await listener?.close()
  }

  return { read, refresh, watch, onAnnouncement, close }
}

function viewOf(cities: City[], reading: PublicStockReading, readAt: number): StockView {
  const stockOf = new Map(reading.stock.map((stock) => [stock.cityId, stock]))
  const shown = cities.filter((city) => stockOf.has(city.id))
  const cityOf = new Map(shown.map((city) => [city.id, city]))
  const stock = shown.flatMap((city) => stockOf.get(city.id) ?? [])
  const answers = new Map<string, PublicAnswer>()
  return {
    cities: shown,
    city: (id) => cityOf.get(id),
    stock: (id) => (cityOf.has(id) ? stockOf.get(id) : undefined),
    hasLastSeats: (id, tier) => reading.lastSeats.get(id)?.[tier] ?? false,
    all: answerFor(stock),
    answer(id) {
      const one = cityOf.has(id) ? stockOf.get(id) : undefined
      if (!one) return undefined
      const answer = answers.get(id) ?? answerFor(one)
      answers.set(id, answer)
      return answer
    },
    readAt,
  }
}
