import { isStorableText } from '@/lib/outside-text'
import { getOrderStatus, type OrderStatus } from './order-status'
import { findReservation } from './reservations'
import { visitorHash } from './visitor-hash'

/**
 * The session of a visitor's own checkout that the buyer has completed: it is paid, or its payment is on its way,
 * whatever has become of it since. Null for any other session, and for another visitor's.
 */
export async function findCompletedSession(request: {
  reservationId: string | null
  visitorToken: string | null
}): Promise<string | null> {
  const { reservationId, visitorToken } = request
  if (visitorToken === null || !isStorableText(reservationId)) return null
  const reservation = await findReservation(reservationId)
  if (!reservation?.sessionId || reservation.visitorHash !== visitorHash(visitorToken)) return null
  const { state } = await getOrderStatus(reservation.sessionId)
  return isCompleted(state) ? reservation.sessionId : null
}

function isCompleted(state: OrderStatus['state']): boolean {
  switch (state) {
    case 'awaiting_payment':
    case 'confirmed':
    case 'needs_attention':
    case 'refunded':
    case 'refund_failed':
    case 'refund_pending':
      return true
    case 'unknown':
    case 'confirming':
    case 'not_paid':
    case 'expired':
      return false
  }
}
