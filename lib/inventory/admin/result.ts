import type { Applied, Outcome, RejectionCode } from '../outcomes'

/** Why an admin's change was not made. Nothing was changed. */
export interface AdminRefusal {
  ok: false
  code: AdminRefusalCode
  /** One sentence for the admin, with the numbers. */
  message: string
}

export type AdminRefusalCode =
  | RejectionCode
  | 'unknown_tier'
  | 'authorization_required'
  | 'invalid_text'
  /** Stripe is out of reach. */
  | 'payment_unavailable'
  | 'already_paid'
  /** An error, or a row that another transaction keeps locked, stopped this city of a bulk change. */
  | 'change_failed'
  /** Nothing would change. */
  | 'unchanged'

/** What came of an admin's change. */
export type AdminResult<Done extends object> = ({ ok: true } & Done) | AdminRefusal

/** @param message for the admin, as it is shown */
export function refusal(code: AdminRefusalCode, message: string): AdminRefusal {
  return { ok: false, code, message }
}

/** The admin's answer to what became of a command. */
export function resultOf<Done extends object>(
  outcome: Outcome,
  done: (applied: Applied) => Done,
): AdminResult<Done> {
  switch (outcome.status) {
    case 'applied':
      return { ok: true, ...done(outcome) }
    case 'duplicate':
      return refusal('unchanged', 'It is so already; nothing was changed')
    case 'rejected':
      return refusal(outcome.code, outcome.message)
  }
}
