import type { ExceptionResolution } from '@/db/tables/money'
import type { Trx } from '@/lib/database'

/** The longest reason for a resolution, in UTF-16 units. */
export const longestReason = 1_000

/** Who resolves an exception, and why. */
export interface Resolver {
  /** The account that is signed in, or `setting` for a refund that the settings ask for. */
  actor: string
  /** The name that the request gave as the one who authorizes it. */
  authorizedBy?: string | null
  /** At most `longestReason` long. */
  reason?: string | null
  /** Writes, in the transaction that claims the exception, the caller's own record that a refund is about to be made. */
  recordRefund?: (trx: Trx) => Promise<void>
  /** Writes the caller's own record in the transaction that closes the exception. */
  record?: (trx: Trx, resolution: ExceptionResolution) => Promise<void>
}

export type RefusalCode =
  | 'unknown_exception'
  | 'already_resolved'
  /** Another admin or job is at it. Its claim ends after `staleClaimMinutes` at the latest. */
  | 'being_resolved'
  | 'not_fitting'
  | 'invalid'
  | 'unknown_city'
  | 'insufficient_stock'
  | 'limit_too_high'
  /** The figures are no longer those that the admin saw. */
  | 'numbers_moved'
  /** No money went through Stripe. */
  | 'nothing_to_refund'
  /** Stripe said no; `message` has its code. */
  | 'refund_refused'
  /** Stripe is out of reach. Trying again is safe. */
  | 'payment_unavailable'

export interface Refused {
  ok: false
  code: RefusalCode
  /** For the admin. May carry actual numbers. */
  message: string
}

export type ResolutionResult =
  | { ok: true; resolution: ExceptionResolution }
  /** The refund is on its way; Stripe's news will close the exception. */
  | { ok: true; resolution: 'refund_pending' }
  /** Stripe knows the sale as paid by now: it stays one, and its exception is closed as settled. */
  | { ok: true; resolution: 'paid' }
  /** No refund is on its way any more, and the exception needs a decision all the same. */
  | { ok: true; resolution: 'undecided' }
  | Refused

/** Refuses a decision about an amount that has changed since the admin saw it. */
export function refundedMeanwhile(): Refused {
  return refuse('numbers_moved', 'What was refunded has changed meanwhile; look at the amount again')
}

/** Refuses a decision about fewer lost disputes than there are by now. */
export function lostMeanwhile(): Refused {
  return refuse('numbers_moved', 'Another dispute was lost meanwhile; look at the exception again')
}

/** @param message for the admin, as it is shown */
export function refuse(code: RefusalCode, message: string): Refused {
  return { ok: false, code, message }
}
