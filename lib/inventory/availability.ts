import type { Pool } from './model'

/** The part of a pool that availability follows from. */
export type PoolFigures = Pick<Pool, 'publicLimit' | 'actualLimit' | 'sold' | 'held'>

/** The same without seats in checkouts, as thresholds and "sold out" count. */
export type SalesFigures = Omit<PoolFigures, 'held'>

/** Seats that exist and are neither sold nor held. Hidden from customers. */
export function actualAvailable(pool: PoolFigures): number {
  return Math.max(0, pool.actualLimit - pool.sold - pool.held)
}

/** Seats that customers are shown. Never more than the public limit, never negative. */
export function publicAvailable(pool: PoolFigures): number {
  return Math.max(0, shownLimit(pool) - pool.sold - pool.held)
}

/** Held seats do not count: they may come back. */
export function isPublicSoldOut(pool: SalesFigures): boolean {
  return pool.sold >= shownLimit(pool)
}

/** The same of all seats that exist. Hidden from customers. */
export function isActualSoldOut(pool: SalesFigures): boolean {
  return pool.sold >= pool.actualLimit
}

/** Seats left as thresholds count them: seats in checkouts still count as left. */
export function seatsLeft(pool: SalesFigures): number {
  return pool.actualLimit - pool.sold
}

/** How far a buyer gets: to every seat, or only to the public number. */
export type Reach = 'actual' | 'public'

/** How far a buyer without a private link gets, by the pool's setting for hidden seats. */
export function reachBySetting(pool: Pick<Pool, 'hiddenSale'>): Reach {
  return pool.hiddenSale === 'private' ? 'public' : 'actual'
}

/** Seats that a buyer with this reach can get. */
export function availableWithin(pool: PoolFigures, reach: Reach): number {
  return reach === 'actual' ? actualAvailable(pool) : publicAvailable(pool)
}

/** Seats that a buyer without a private link can get. Hidden from customers. */
export function availableToAnybody(pool: PoolFigures & Pick<Pool, 'hiddenSale'>): number {
  return availableWithin(pool, reachBySetting(pool))
}

/** Seats that customers may see at most. */
export function shownLimit(pool: SalesFigures): number {
  return Math.min(pool.publicLimit, pool.actualLimit)
}
