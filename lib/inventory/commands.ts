import type { Reach } from './availability'
import type { Authority, CheckoutRequest, PoolId, Reservation } from './model'

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

/** Whether a person, other code or the clock lets seats go, who may not know that they are being paid for. */
export function isGivenUp(command: Command): command is Release {
  if (command.type !== 'release') return false
  const { cause, sessionId } = command
  // With a session it is Stripe's own news.
  return cause === 'cancelled' || cause === 'by_admin' || (cause === 'expired' && sessionId == null)
}

/** Only `execute` issues it: a hold whose last moment has passed and that no payment names. */
export interface Lapse {
  type: 'lapse'
  reservationId: string
}

/** The reservation that other code sells by its name alone; null where a sale names a payment of Stripe's. */
export function soldByName(command: Command): string | null {
  if (command.type !== 'sell') return null
  const { sessionId, paymentIntentId, reservationId } = command.payment
  return sessionId || paymentIntentId ? null : (reservationId ?? null)
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
  authority?: Authority
}

export interface LostMoney {
  cents: number
  /** Refuse if another number of seats would come back: not what the admin saw. */
  expectedBack?: number | undefined
}

export interface Expand extends PoolId {
  type: 'expand'
  additionalSpots: number
  /** Refuse if the actual limit is no longer this: somebody else was faster. */
  expectedLimit?: number | undefined
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

export type Outcome = Applied | Duplicate | Rejected

/** Done, and written. */
export interface Applied {
  status: 'applied'
  /** Seats that were moved: held, sold, returned, added; those that a reset forgot or its undo brought back. */
  quantity: number
  /** Actual seats free afterwards. */
  available: number
  /** The limit afterwards: the public one of a relimit, otherwise the actual one. */
  limit: number
  reservation?: Reservation
  note?: 'refunded_before_sale' | 'earlier_epoch'
}

/** Nothing to do: it has been done, or it no longer concerns anything. */
export interface Duplicate {
  status: 'duplicate'
  code:
    | 'already_held'
    | 'already_sold'
    | 'already_closed'
    | 'being_closed'
    | 'already_settled'
    | 'payment_in_exception'
    | 'other_session'
    | 'no_reservation'
    | 'no_seat_to_keep'
    | 'not_yet_sold'
  reservation?: Reservation
}

export type RejectionCode =
  | 'insufficient_stock'
  | 'invalid_quantity'
  | 'unknown_city'
  | 'not_on_sale'
  | 'hold_limit'
  | 'live_hold'
  | 'reservation_conflict'
  | 'unknown_reservation'
  | 'unknown_payment'
  | 'payment_on_its_way'
  | 'below_taken'
  | 'numbers_moved'
  | 'limit_too_high'
  | 'nothing_to_undo'
  | 'unclear_refund'
  | 'refund_failed'
  | 'already_open'
  /** A private link that is unknown, over, or for somebody or something else. */
  | 'invalid_link'
  | 'link_used_up'
  | 'group_rejected'

/** Refused; nothing of its group was written. */
export interface Rejected {
  status: 'rejected'
  code: RejectionCode
  message: string
  /** Actual seats that were free for this group, where the refusal is about stock. */
  available?: number
  /** The public number at that moment. */
  publicAvailable?: number
}

/** Why a group was refused: of its outcomes the one that refused all others. */
export function refusalIn(outcomes: readonly Outcome[]): Rejected | undefined {
  return outcomes.find((one): one is Rejected => one.status === 'rejected' && one.code !== 'group_rejected')
}
