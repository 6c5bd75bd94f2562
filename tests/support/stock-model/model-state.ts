import { openingLimits, type PaymentName, type PoolName, poolNames, type ReservationName } from './steps'

/**
 * The stock, told in the simplest way: lists of holds and payments, and every number counted from them anew.
 * It shares no line with the rules that it checks.
 */
export interface Model {
  minutes: number
  pools: Partial<Record<PoolName, { shown: number; real: number; epoch: number; hidden: number | null }>>
  holds: Partial<Record<ReservationName, Hold>>
  payments: Partial<Record<PaymentName, Payment>>
  /** Cents refunded, by payment. */
  refunds: Partial<Record<PaymentName, number>>
}

export interface Hold {
  pool: PoolName
  quantity: number
  status: 'held' | 'awaiting' | 'sold' | 'over'
  until: number
  visitor: string | null
  email: string | null
  owner: PaymentName | null
  ended: boolean
}

interface Payment {
  pool: PoolName
  epoch: number
  seats: number
  back: number
}

export function newModel(): Model {
  const pools: Model['pools'] = {}
  for (const name of poolNames) {
    const limit = openingLimits[name]
    if (limit !== undefined) pools[name] = { shown: limit, real: limit, epoch: 0, hidden: null }
  }
  return { minutes: 0, pools, holds: {}, payments: {}, refunds: {} }
}

/** What readers see of a pool: holds past their time do not count. */
export function figuresOf(model: Model, name: PoolName) {
  const pool = model.pools[name]
  if (!pool) return null
  const overdue = sum(holdsIn(model, name).filter((hold) => isOverdue(model, hold)))
  return { shown: pool.shown, real: pool.real, sold: sold(model, name), held: held(model, name) - overdue }
}

export const cityOf = (name: PoolName) => name.split(' ')[0]
export const isLive = (hold: Hold) => hold.status === 'held' || hold.status === 'awaiting'
export const isOverdue = (model: Model, hold: Hold) => hold.status === 'held' && hold.until <= model.minutes
export const sum = (holds: Hold[]) => holds.reduce((seats, one) => seats + one.quantity, 0)
const holdsIn = (model: Model, name: PoolName) =>
  Object.values(model.holds).filter((one) => one.pool === name && isLive(one))
const held = (model: Model, name: PoolName) => sum(holdsIn(model, name))
const sold = (model: Model, name: PoolName) =>
  Object.values(model.payments)
    .filter((one) => one.pool === name && one.epoch === model.pools[name]?.epoch)
    .reduce((seats, one) => seats + one.seats - one.back, 0)
export const taken = (model: Model, name: PoolName) => sold(model, name) + held(model, name)
export const freeSeats = (model: Model, name: PoolName) => (model.pools[name]?.real ?? 0) - taken(model, name)
