import type { SaleState } from '@/db/tables/cities'
import type { PaymentState } from '@/db/tables/money'
import type { HiddenSale, LedgerOperation, ReservationStatus } from '@/db/tables/stock'
import type { Tier } from '@/lib/tier'

/** Names a pool. */
export interface PoolId {
  cityId: string
  tier: Tier
}

/** The stock of one city and tier. All figures are seats. */
export interface Pool extends PoolId {
  publicLimit: number
  actualLimit: number
  sold: number
  held: number
  hiddenSale: HiddenSale
  /** Counts resets of the city. */
  epoch: number
  /** Hidden seats that the latest reset took away; null when there is no reset to undo. */
  undoHidden: number | null
}

/** What the rules need to know of a city. */
export interface CityRules {
  saleState: SaleState
  archived: boolean
  holdMinutes: number
}

/** What a hold asks Stripe for, stored before the call so that it can be repeated exactly. */
export interface CheckoutRequest {
  /** The parameters of the Checkout Session without `expires_at`. */
  parameters: Record<string, unknown>
  amountCents: number
  currency: string
}

/** Seats in somebody's checkout. It has at most one Checkout Session, for life. */
export interface Reservation {
  id: string
  cityId: string
  tier: Tier
  quantity: number
  status: ReservationStatus
  epoch: number
  email: string | null
  visitorHash: string | null
  addressHash: string | null
  /** The reservation whose larger successor these additional seats are for, while a buyer changes their mind. */
  extends: string | null
  createdAt: Date
  expiresAt: Date
  /** By then a hold that takes its place ends, too. Null: made before there was such a moment. */
  keepableUntil: Date | null
  /** From then on nobody counts it, whatever the worker does. Null: never (its payment is on its way). */
  lapsesAt: Date | null
  checkout: CheckoutRequest | null
  sessionId: string | null
  sessionExpiresAt: Date | null
  sessionOutcome: 'paid' | 'failed' | 'expired' | null
  /** Until then somebody is ending its page, and decides what becomes of its seats. */
  leaseUntil: Date | null
  closedBecause: string | null
  /** The private link that it was made with: its seats may be hidden ones. */
  linkId: string | null
}

/** A private link to the hidden seats of one city and tier. */
export interface PrivateLink {
  id: string
  cityId: string
  tier: Tier
  /** Seats that may be bought through it. */
  seats: number
  /** Seats sold through it, without those of reservations in the state. */
  soldElsewhere: number
  /** Only for this buyer; null: for whoever has it. */
  email: string | null
  expiresAt: Date
  isRevoked: boolean
}

/** One payment intent, or one session without one. */
export interface Payment {
  id: string
  paymentIntentId: string | null
  sessionId: string | null
  reservationId: string | null
  state: PaymentState
  cityId: string | null
  tier: Tier | null
  seatsSold: number
  seatsReturned: number
  epoch: number | null
  /** Null: sold without a known price, through the library. */
  amountCents: number | null
  /** The sum of the payment's succeeded refunds. */
  refundedCents: number
  /** What lost disputes took, as far as an admin has given its seats back: it counts like a refund. */
  lostCents: number
  currency: string | null
  email: string | null
}

/** A row of the ledger before it has its place in the chain. */
export interface LedgerEntry {
  cityId: string
  tier: Tier
  epoch: number
  operation: LedgerOperation
  /** Signed: seats sold (+) or returned (−), or the change of a limit. */
  quantity: number
  before: LedgerFigures
  after: LedgerFigures
  payment: Pick<Payment, 'id' | 'paymentIntentId' | 'sessionId'> | null
  reservationId: string | null
  authority: Authority
}

export type LedgerFigures = Pick<Pool, 'sold' | 'publicLimit' | 'actualLimit'>

/** Who did it and why. `actor` is who was signed in, `authorizedBy` what they wrote. */
export interface Authority {
  actor?: string | null
  authorizedBy?: string | null
  reason?: string | null
}

/** All that the rules may look at. */
export interface State {
  now: Date
  cities: ReadonlyMap<string, CityRules>
  pools: ReadonlyMap<string, Pool>
  reservations: ReadonlyMap<string, Reservation>
  /** Those that commands name; for an undo also all of the epoch that it brings back. */
  payments: ReadonlyMap<string, Payment>
  limits: HoldLimits
  /** Those that holds name. */
  links: ReadonlyMap<string, PrivateLink>
  /**
   * Of the reservations that somebody gives up, those that an accepted payment names which waits for the worker; of those
   * that other code sells by name, those whose money is on its way or has found no sale, be it without seats, and those
   * that were sold under a name which nobody here knew.
   */
  competing: ReadonlyMap<string, CompetingPayment>
}

/** The payment that a reservation is meant for: not applied yet, waiting for a person, or sold from free stock. */
export type CompetingPayment = 'on_its_way' | 'in_exception' | 'sold'

/** Seats in live holds at most, per email and per address; undefined: no limit. */
export interface HoldLimits {
  perEmail?: number | undefined
  perAddress?: number | undefined
}

/** Whole new versions of what a command changed. */
export interface Changes {
  pools?: Pool[]
  reservations?: Reservation[]
  payments?: Payment[]
  entries?: LedgerEntry[]
}

export type PoolKey = `${string}:${Tier}`

export function poolKey(pool: PoolId): PoolKey {
  return `${pool.cityId}:${pool.tier}`
}

/** Whether it holds seats. */
export function isLive(reservation: Reservation): boolean {
  return reservation.status === 'held' || reservation.status === 'awaiting'
}

/** Whether a hold's last moment has passed: readers no longer count it. */
export function isOverdue(reservation: Reservation, now: Date): boolean {
  return reservation.status === 'held' && reservation.lapsesAt !== null && reservation.lapsesAt <= now
}

/** Whether somebody is ending a hold's page right now, and will say what becomes of its seats. */
export function isBeingClosed({ status, leaseUntil }: Reservation, now: Date): boolean {
  return status === 'held' && leaseUntil !== null && leaseUntil > now
}

/** Whether nobody has decided yet what becomes of a payment: it may still become a sale by itself. */
export function isUndecided({ state }: Payment): boolean {
  return state === 'new' || state === 'awaiting' || state === 'failed'
}
