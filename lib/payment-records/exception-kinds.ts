import type { ExceptionKind } from '@/db/tables/money'

/** What each kind is called in alerts and in the console. */
export const exceptionTitles: Record<ExceptionKind, string> = {
  no_seat: 'paid, but no seat is left',
  unknown_city: 'paid for a city that we do not know',
  unreadable: 'paid, but the order cannot be read',
  unknown_session: 'Stripe does not know the session',
  unclear_refund: 'a refund that is no whole number of tickets',
  refund_failed: 'a refund failed and its seats are taken',
  unmatched_refund: 'a refund of a payment that we do not know',
  dispute_lost: 'a dispute was lost',
  unknown_to_stripe: 'sold, but Stripe does not know it as paid',
}

/** Kinds that say a paid session has no seat: the payment then waits for an admin, and sells nothing by itself. */
export const kindsWithoutSeat: readonly ExceptionKind[] = [
  'no_seat',
  'unknown_city',
  'unreadable',
  'unknown_session',
]

/**
 * Whether an exception decides about the seats of a payment that was sold none. For `refund_failed` that is so only
 * if the payment never had a seat: the caller looks at the payment, too.
 */
export function leavesNoSeat({ kind }: { kind: ExceptionKind }): boolean {
  return kindsWithoutSeat.includes(kind) || kind === 'refund_failed'
}

/** Kinds that a refund opens. They are over once the payment's refunds fit its seats. */
export const kindsAboutRefunds: readonly ExceptionKind[] = [
  'unclear_refund',
  'refund_failed',
  'unmatched_refund',
]

/** Kinds that are over once all the money has gone back. */
export const kindsClosedByRefund: readonly ExceptionKind[] = [...kindsWithoutSeat, ...kindsAboutRefunds]
