import type { Reservation } from './model'

export type Outcome = Applied | Duplicate | Rejected

/** Done, and written. */
export interface Applied {
  status: 'applied'
  /**
   * Seats that the command held, sold, returned or added. Of a reset the sold seats that no longer count, of an
   * undo those that it brought back.
   */
  quantity: number
  /** Actual seats free afterwards. 0, like `limit`, for a refund of what nothing was kept for: it is about no pool. */
  available: number
  /** The limit afterwards: the public one of a relimit, otherwise the actual one. */
  limit: number
  reservation?: Reservation
  /** `unclear_refund`: seats of a refund that failed are taken again, but what is left of the refunds tells no number. */
  note?: 'refunded_before_sale' | 'earlier_epoch' | 'unclear_refund'
}

/** Nothing to do: it has been done before, or what it is about is over. */
export interface Duplicate {
  status: 'duplicate'
  code:
    | 'already_held'
    | 'already_sold'
    | 'already_closed'
    | 'being_closed'
    | 'already_settled'
    /** The lost money is recorded. A failed refund owes this payment seats already, so none is given back. */
    | 'seats_owed'
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
  /** The city is archived: no admin changes its limits or resets it. */
  | 'archived'
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
  /** The private link is unknown, expired, revoked, or for another buyer, city or tier. */
  | 'invalid_link'
  | 'link_used_up'
  | 'group_rejected'

/** Refused; nothing of its group was written. */
export interface Rejected {
  status: 'rejected'
  code: RejectionCode
  message: string
  /**
   * Seats that the command could have had. For a shortage: those that were free and within its reach. For a private
   * link or a limit on one buyer's holds: those that it leaves to this order.
   */
  available?: number
  /** The public number at that moment. */
  publicAvailable?: number
}

/** Why a group was refused: the one outcome that made all others of the group fail. */
export function refusalIn(outcomes: readonly Outcome[]): Rejected | undefined {
  return outcomes.find((one): one is Rejected => one.status === 'rejected' && one.code !== 'group_rejected')
}
