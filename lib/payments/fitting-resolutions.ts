import type { ExceptionKind } from '@/db/tables/money'

/** What an admin can do about an exception. */
export type Resolution = 'refund' | 'expand' | 'assign' | 'restock' | 'dismiss'

/**
 * Which resolutions fit:
 * - A payment without a seat can get one, or its money back.
 * - If seats were sold already, only the money or those seats are in question.
 * - `refund_failed` may be either of the two.
 * - If Stripe does not know the money, or a bank has taken it back, nothing can be refunded or sold for it. The
 *   seats can be given back. So can those of a refund that does not tell how many they are.
 */
const fittingResolutions: Record<ExceptionKind, readonly Resolution[]> = {
  no_seat: ['refund', 'expand', 'assign', 'dismiss'],
  unknown_city: ['refund', 'assign', 'dismiss'],
  unreadable: ['refund', 'assign', 'dismiss'],
  unknown_session: ['refund', 'dismiss'],
  unclear_refund: ['refund', 'restock', 'dismiss'],
  refund_failed: ['refund', 'expand', 'assign', 'dismiss'],
  unmatched_refund: ['dismiss'],
  dispute_lost: ['restock', 'dismiss'],
  unknown_to_stripe: ['restock', 'dismiss'],
}

/**
 * What can be done about an exception. `seatsSold` counts returned seats, too. A payment that was sold seats cannot
 * be assigned to another city, and one that was sold none has none to give back.
 */
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

/** Kinds whose money can be refunded. If a refund is already at the bank, its end decides. */
export const kindsWithRefund: readonly string[] = Object.entries(fittingResolutions)
  .filter(([, fitting]) => fitting.includes('refund'))
  .map(([kind]) => kind)
