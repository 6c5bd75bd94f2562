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

/** Seats kept for one buyer. It has at most one Checkout Session, for life. */
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
  /** Set while a buyer changes an order: these are the extra seats of the larger order that replaces this reservation. */
  extends: string | null
  createdAt: Date
  expiresAt: Date
  /** A hold that replaces this one ends by this moment, too. Null: the row is older than this rule. */
  keepableUntil: Date | null
  /**
   * From this moment readers do not count the hold, whether a worker runs or not. An accepted payment for it is the
   * exception. Null: never, because its payment is on its way.
   */
  lapsesAt: Date | null
  checkout: CheckoutRequest | null
  sessionId: string | null
  sessionExpiresAt: Date | null
  sessionOutcome: 'paid' | 'failed' | 'expired' | null
  /** Until then one process is ending the Checkout Session at Stripe, and then decides about the seats. */
  leaseUntil: Date | null
  closedBecause: string | null
  /** The private link that the hold was made with: its seats may be hidden ones. */
  linkId: string | null
}

/** A private link to the hidden seats of one city and tier. */
export interface PrivateLink {
  id: string
  cityId: string
  tier: Tier
  /** Seats that may be bought through it. */
  seats: number
  /** Seats sold through it. Those of reservations in the `State` are left out. */
  soldElsewhere: number
  /** Only this buyer may use it. Null: everyone who has the link. */
  email: string | null
  expiresAt: Date
  isRevoked: boolean
}

/** One payment intent, or one Checkout Session that has none. */
export interface Payment {
  id: string
  paymentIntentId: string | null
  sessionId: string | null
  reservationId: string | null
  state: PaymentState
  cityId: string | null
  tier: Tier | null
  seatsSold: number
  /** What its money was paid for, where a person gave it another number of seats; null: as many as were sold. */
  seatsPaid: number | null
  seatsReturned: number
  epoch: number | null
  /** Null: sold without a known price, through the library. */
  amountCents: number | null
  /** The sum of the payment's succeeded refunds. */
  refundedCents: number
  /** Money that lost disputes took, or we kept of a refund, and whose seats an admin has given back. It counts like a refund. */
  lostCents: number
  /** Of that, what was kept; 0 where nobody knows how much of it a lost dispute took. */
  keptCents: number
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

/**
 * Who made a change, and why. `actor` is the account that was signed in, `authorizedBy` the name that the request gave.
 */
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
  /** The payments that commands name. For an undo also the sales of the epoch that it brings back. */
  payments: ReadonlyMap<string, Payment>
  limits: HoldLimits
  /** The private links that holds name. */
  links: ReadonlyMap<string, PrivateLink>
  /**
   * By reservation id: payments that a command must yield to. Read for reservations that are given up (`isGivenUp`)
   * or sold by their name alone (`soldByName`).
   */
  competing: ReadonlyMap<string, CompetingPayment>
}

/**
 * Why a reservation must not be given up or sold by its name alone:
 * - `on_its_way`: a payment for it is accepted or pending.
 * - `in_exception`: an admin must decide about its payment.
 * - `sold`: another payment has bought its seats already.
 */
export type CompetingPayment = 'on_its_way' | 'in_exception' | 'sold'

/** Seats in live holds at most, per email and per address; undefined: no limit. */
export interface HoldLimits {
  perEmail?: number | undefined
  perAddress?: number | undefined
}

/** Complete new versions of the rows that a command changed. */
export interface Changes {
  pools?: Pool[]
  reservations?: Reservation[]
  payments?: Payment[]
  entries?: LedgerEntry[]
}

export type PoolKey = `${string}:${Tier}`

/** A stock row's city and tier as one text, for maps. */
export function poolKey(pool: PoolId): PoolKey {
  return `${pool.cityId}:${pool.tier}`
}

/** Whether the reservation holds seats. */
export function isLive(reservation: Reservation): boolean {
  return reservation.status === 'held' || reservation.status === 'awaiting'
}

/** Whether a hold's last moment has passed: readers no longer count it. */
export function isOverdue(reservation: Reservation, now: Date): boolean {
  return reservation.status === 'held' && reservation.lapsesAt !== null && reservation.lapsesAt <= now
}

/** Whether a process is ending the hold's Checkout Session right now. That process decides about the seats. */
export function isBeingClosed({ status, leaseUntil }: Reservation, now: Date): boolean {
  return status === 'held' && leaseUntil !== null && leaseUntil > now
}

/** Whether a payment is not sold, refunded, dismissed or in exception: it may still become a sale by itself. */
export function isUndecided({ state }: Payment): boolean {
  return state === 'new' || state === 'awaiting' || state === 'failed'
}
