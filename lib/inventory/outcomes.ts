import type { Reservation } from './model'

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
    /** What was lost is noted; seats are missing for what is left of the payment, and none was taken. */
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
  /** Its city is on no list any more: nobody changes its limits, or resets it. */
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
  /** A private link that is unknown, over, or for somebody or something else. */
  | 'invalid_link'
  | 'link_used_up'
  | 'group_rejected'

/** Refused; nothing of its group was written. */
export interface Rejected {
  status: 'rejected'
  code: RejectionCode
  message: string
  /**
   * Actual seats that were free for this group, where the refusal is about stock; of a private link, or of what one buyer
   * may hold, those that it leaves to the order.
   */
  available?: number
  /** The public number at that moment. */
  publicAvailable?: number
}

/** Why a group was refused: of its outcomes the one that refused all others. */
export function refusalIn(outcomes: readonly Outcome[]): Rejected | undefined {
  return outcomes.find((one): one is Rejected => one.status === 'rejected' && one.code !== 'group_rejected')
}
