import type { ExceptionKind } from '@/db/tables/money'

/** What a person can do about an exception. */
export type Resolution = 'refund' | 'expand' | 'assign' | 'restock' | 'dismiss'

/**
 * Which resolutions fit. A payment without a seat can get one, or its money back. Where seats were sold already,
 * only the money or those seats are in question; a refund that failed is either of the two. Where Stripe does not know
 * the money, or a bank has taken it back, there is nothing to refund and nothing to sell for, but the seats can be given
 * back.
 */
const fittingResolutions: Record<ExceptionKind, readonly Resolution[]> = {
  no_seat: ['refund', 'expand', 'assign', 'dismiss'],
  unknown_city: ['refund', 'assign', 'dismiss'],
  unreadable: ['refund', 'assign', 'dismiss'],
  unknown_session: ['refund', 'dismiss'],
  unclear_refund: ['refund', 'dismiss'],
  refund_failed: ['refund', 'expand', 'assign', 'dismiss'],
  unmatched_refund: ['dismiss'],
  dispute_lost: ['restock', 'dismiss'],
  unknown_to_stripe: ['restock', 'dismiss'],
}

/** What can be done about an exception whose payment was sold so many seats, returned ones too: those are its own. */
export function resolutionsOf({
  kind,
  seatsSold,
}: {
  kind: ExceptionKind
  seatsSold: number
}): readonly Resolution[] {
  const fitting = fittingResolutions[kind]
  const unfitting = seatsSold > 0 ? 'assign' : 'restock'
  return fitting.filter((resolution) => resolution !== unfitting)
}

/** Kinds whose money can go back: where a refund is at the bank already, it decides. */
export const kindsWithRefund: readonly string[] = Object.entries(fittingResolutions)
  .filter(([, fitting]) => fitting.includes('refund'))
  .map(([kind]) => kind)
