import type { Reach } from './availability'
import type { Authority, CheckoutRequest, PoolId } from './model'

/** Names the payment that a command is about, by any of these ids. */
export interface PaymentReference {
  /** The id of our row. `execute` fills it in once it has found or inserted the row. */
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
  /** Set when it replaces a hold that its buyer could keep until this moment: the new hold ends by then, too. */
  keepableUntil?: Date | undefined
  email?: string | null
  visitorHash?: string | null
  addressHash?: string | null
  /** These are the extra seats of a larger order that replaces this reservation. */
  extends?: string | null
  /** The buyer's hold that the same group releases for it. */
  replaces?: string | undefined
  checkout?: CheckoutRequest | null
  /** `by_setting`: what the tier's setting for hidden seats allows an ordinary buyer. */
  reach: Reach | 'by_setting'
  /** A private link. It reaches hidden seats, too, but no more seats than the link has. */
  linkId?: string | null
}

/** A delayed payment is on its way: the seats stay taken until it succeeds or fails. */
export interface Await {
  type: 'await'
  payment: PaymentReference
  /** Null for an order without a hold: no seat is kept for it. */
  reservationId: string | null
  /**
   * Set when a paid session could not be sold: keep seats that are still held, but take none again. Seats are not
   * kept for a payment that was refunded in full.
   */
  onlyKeep?: { paidCents: number | null }
}

export type ReleaseCause =
  'cancelled' | 'changed' | 'expired' | 'payment_failed' | 'session_refused' | 'by_admin' | 'dismissed'

/** Gives a reservation's seats back. */
export interface Release {
  type: 'release'
  reservationId: string
  /** Release only if the reservation belongs to this session. Commands of Stripe's events set it. */
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
  /** The seats that its order was for, where an admin may give it others; null where nobody knows. */
  seatsPaid?: number | null
  authority?: Authority
}

/** Brings the seats returned in line with the money that went back. */
export interface Restock {
  type: 'restock'
  payment: PaymentReference
  /** Money that lost disputes took, or we kept, beside the refunds. An admin gives its seats back. */
  lost?: LostMoney
  /** What the payment came to, if that was not known: it was sold through the library. */
  charged?: Charged | undefined
  /**
   * Set when the sale has no money of its own. All its seats come back, whatever was refunded, and it is no sale any more.
   */
  unpaid?: ExpectedSeats
  authority?: Authority
}

/** What Stripe took from the buyer. */
export interface Charged {
  /** In the currency's smallest unit. */
  cents: number
  currency: string | null
}

export interface LostMoney extends ExpectedSeats {
  cents: number
  /**
   * Set where the amount is no whole number of tickets: the admin says for how many seats it was. Then their share
   * of what was paid counts as lost.
   */
  seats?: number | undefined
}

export interface ExpectedSeats {
  /** Refuse if another number of seats would come back than the admin saw. */
  expectedBack?: number | undefined
}

export interface Expand extends PoolId {
  type: 'expand'
  additionalSpots: number
  /** Refuse if the actual limit is no longer this: another admin was faster. */
  expectedLimit?: number | undefined
  /** The seats are for a payment that had found none. Works in an archived city, too. */
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

/** Changes the public limit. Where both limits were equal, the actual limit changes as well. */
export interface Relimit extends PoolId {
  type: 'relimit'
  to: number
  expectedLimit?: number | undefined
  /** Refuse if the actual limit is no longer this. It decides whether the actual limit changes as well. */
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
  /** Refuse if this is no longer the number of resets: the command would undo another one. */
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

/**
 * Whether a buyer, an admin, other code or the clock gives a hold up. None of them knows of a payment for it that
 * has just been accepted.
 */
export function isGivenUp(command: Command): command is Release {
  if (command.type !== 'release') return false
  const { cause, sessionId } = command
  // With a session, the release comes from an event of Stripe's.
  return cause === 'cancelled' || cause === 'by_admin' || (cause === 'expired' && sessionId == null)
}

/**
 * The reservation of a sale that names nothing else, as other code may make one. Null if the sale names a session
 * or payment intent of Stripe's.
 */
export function soldByName(command: Command): string | null {
  if (command.type !== 'sell') return null
  const { sessionId, paymentIntentId, reservationId } = command.payment
  return sessionId || paymentIntentId ? null : (reservationId ?? null)
}
