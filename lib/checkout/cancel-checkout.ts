import { isStorableText } from '@/lib/outside-text'
import type { Tier } from '@/lib/tier'
import type { CheckoutFailure } from './checkout-result'
import { findReservation, leaseToClose } from './reservations'
import { endCheckout, releaseReservation } from './settle-reservation'
import { visitorHash } from './visitor-hash'

/**
 * Frees a visitor's own seats at once, after closing their page at Stripe. Cancelling again is fine. Another
 * visitor's reservation looks like one that does not exist.
 */
export async function cancelCheckout(request: {
  reservationId: string
  visitorToken: string | null
}): Promise<
  | { ok: true; tier: Tier; quantity: number }
  | { ok: false; code: CheckoutFailure['code'] | 'unknown_reservation'; message: string }
> {
  const { reservationId, visitorToken } = request
  const reservation = isStorableText(reservationId) ? await findReservation(reservationId) : null
  if (!reservation || visitorToken === null || reservation.visitorHash !== visitorHash(visitorToken)) {
    return notYours
  }
  const { tier, quantity } = reservation
  if (reservation.status !== 'held') {
    const isOver = reservation.status === 'released' || reservation.status === 'lapsed'
    return isOver ? { ok: true, tier, quantity } : alreadyPaid
  }
  // Should this break off, nobody is led to a page that may be closed.
  await leaseToClose(reservation.id)
  const settled = await endCheckout(reservation)
  switch (settled.kind) {
    case 'complete':
      return alreadyPaid
    case 'unclear':
      return {
        ok: false,
        code: 'payment_unavailable',
        message: 'The payment page cannot be closed right now. Try again in a moment',
      }
    case 'over': {
      const outcome = await releaseReservation(reservation.id, 'cancelled')
      // A payment may have come, or have been announced, since Stripe was asked.
      const paid =
        outcome.status === 'rejected' || (outcome.status === 'duplicate' && outcome.code === 'already_sold')
      return paid ? alreadyPaid : { ok: true, tier, quantity }
    }
  }
}

const notYours = {
  ok: false,
  code: 'unknown_reservation',
  message: 'These seats are not held for you any more. Nothing was charged by this',
} as const

const alreadyPaid = {
  ok: false,
  code: 'in_conflict',
  message: 'These seats have been paid for, so they cannot be given back here',
} as const
