import type { Reach } from './availability'
import type { Authority, CheckoutRequest, PoolId } from './model'

/** Which payment a command is about. At least one of Stripe's ids or the reservation's is known. */
export interface PaymentReference {
  /** Our row, once `execute` has found or made it. */
  id?: string
  paymentIntentId?: string | null | undefined
  sessionId?: string | null | undefined
  reservationId?: string | null | undefined
}

/** Takes seats out of free stock for one buyer, for a while. */
export interface Hold extends PoolId {
  type: 'hold'
  reservationId: string
  quantity: number
  /** Minutes until it expires; the city's own number by default. */
  minutes?: number | undefined
  /** It takes the place of a hold that its buyer could keep until then, and ends by then. */
  keepableUntil?: Date | undefined
  email?: string | null
  visitorHash?: string | null
  addressHash?: string | null
  /** These are the additional seats for a change of this reservation. */
  extends?: string | null
  checkout?: CheckoutRequest | null
  /** `by_setting`: as far as the city lets ordinary buyers get. */
  reach: Reach | 'by_setting'
  /** A private link, which reaches every seat, but no more of them than the link has. */
  linkId?: string | null
}

/** A delayed payment is on its way: the seats stay taken until it succeeds or fails. */
export interface Await {
  type: 'await'
  payment: PaymentReference
  /** Null for an order without a hold: no seat is kept for it. */
  reservationId: string | null
  /** No sale came of it: only keep seats that are still held, take none again; none where all that was paid went back. */
  onlyKeep?: { paidCents: number | null }
}

export type ReleaseCause =
  'cancelled' | 'changed' | 'expired' | 'payment_failed' | 'session_refused' | 'by_admin' | 'dismissed'

/** Gives a reservation's seats back. */
export interface Release {
  type: 'release'
  reservationId: string
  /** Only if the reservation belongs to this session; so it is with Stripe's own news. */
  sessionId?: string | null
  cause: ReleaseCause
}

/** Only `execute` issues it: a hold whose last moment has passed and that no payment names. */
export interface Lapse {
  type: 'lapse'
  reservationId: string
}

/** Turns a paid session into a sale, from its hold or from free stock. */
export interface Sell extends PoolId {
  type: 'sell'
  payment: PaymentReference
  quantity: number
  amountCents?: number | null
  currency?: string | null
  email?: string | null
  reach: Reach | 'by_setting'
  /** An admin applies a payment that had found no seat. */
  resolvesException?: boolean
  authority?: Authority
}

/** Brings the seats returned in line with the money that went back. */
export interface Restock {
  type: 'restock'
  payment: PaymentReference
  /** What lost disputes took besides, and an admin gives the seats back for. */
  lost?: LostMoney
  /** It was sold without money of its own: all its seats come back, whatever the money says, and it is no sale any more. */
  unpaid?: ExpectedSeats
  authority?: Authority
}

export interface LostMoney extends ExpectedSeats {
  cents: number
  /** The money does not say for how many seats it was, so an admin does: their share of what was paid is lost instead. */
  seats?: number | undefined
}

export interface ExpectedSeats {
  /** Refuse if another number of seats would come back: not what the admin saw. */
  expectedBack?: number | undefined
}

export interface Expand extends PoolId {
  type: 'expand'
  additionalSpots: number
  /** Refuse if the actual limit is no longer this: somebody else was faster. */
  expectedLimit?: number | undefined
  /** The seats are for a payment that had found none: also in an archived city. */
  resolvesException?: boolean
  authority: Authority
}

/** Lowers the actual limit. */
export interface Reduce extends PoolId {
  type: 'reduce'
  to: number
  expectedLimit?: number | undefined
  authority: Authority
}

/** Changes the public limit; the actual limit rises with it where they were equal. */
export interface Relimit extends PoolId {
  type: 'relimit'
  to: number
  expectedLimit?: number | undefined
  /** Refuse if the actual limit is no longer this: it decides whether that one goes along. */
  expectedActual?: number | undefined
  authority: Authority
}

export interface Reset {
  type: 'reset'
  cityId: string
  /** Refuse if the city was reset meanwhile: a second reset in a row would make the first one final. */
  expectedEpoch?: number | undefined
  authority: Authority
}

export interface UndoReset {
  type: 'undo-reset'
  cityId: string
  /** Refuse if this is no longer the number of resets: it would undo another one. */
  expectedEpoch?: number | undefined
  authority: Authority
}

/** Gives a city its first stock in a tier. */
export interface OpenCity extends PoolId {
  type: 'open-city'
  publicLimit: number
  authority: Authority
}

export type Command =
  Hold | Await | Release | Lapse | Sell | Restock | Expand | Reduce | Relimit | Reset | UndoReset | OpenCity

/** Whether a person, other code or the clock lets seats go, who may not know that they are being paid for. */
export function isGivenUp(command: Command): command is Release {
  if (command.type !== 'release') return false
  const { cause, sessionId } = command
  // With a session it is Stripe's own news.
  return cause === 'cancelled' || cause === 'by_admin' || (cause === 'expired' && sessionId == null)
}

/** The reservation that other code sells by its name alone; null where a sale names a payment of Stripe's. */
export function soldByName(command: Command): string | null {
  if (command.type !== 'sell') return null
  const { sessionId, paymentIntentId, reservationId } = command.payment
  return sessionId || paymentIntentId ? null : (reservationId ?? null)
}
