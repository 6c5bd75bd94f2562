import type {
  Await,
  Charged,
  Command,
  PaymentReference,
  Release,
  Restock,
  Sell,
} from '@/lib/inventory/commands'
import type { EventType } from './classify-event'
import type { SessionFacts } from './facts'
import type { TicketOrder } from './ticket-order'

/**
 * From Stripe's events to commands, one small function for each kind. Whatever the order
 * in which they arrive, and however often, the rules behind the commands converge on the same stock.
 */

/** A session that was paid, or needs no payment: its hold becomes a sale. */
export function commandsOfPaid(facts: SessionFacts, order: TicketOrder & { kind: 'order' }): Command[][] {
  const payment = paymentOfSession(facts)
  const sell: Sell = {
    type: 'sell',
    payment,
    cityId: order.cityId,
    tier: order.tier,
    quantity: order.quantity,
    amountCents: facts.amountTotal,
    currency: facts.currency,
    email: facts.email,
    reach: 'by_setting',
  }
  // Refunds that came before the sale give their seats back at once.
  const settle: Restock = { type: 'restock', payment }
  return [[sell], [settle], ...commandsOfUndecided(facts)]
}

/** If no sale came of a paid session, the seats that are still held for it stay held until an admin has decided. */
export function commandsOfUndecided(facts: SessionFacts): Command[][] {
  const { reservationId, amountTotal } = facts
  if (reservationId === null) return []
  const payment = paymentOfSession(facts)
  const keep: Await = { type: 'await', payment, reservationId, onlyKeep: { paidCents: amountTotal } }
  return [[keep]]
}

/** A session that was completed and whose money comes later: its seats, if it has any, stay taken. */
export function commandsOfUnpaid(facts: SessionFacts): Command[][] {
  const { reservationId } = facts
  const keep: Await = { type: 'await', payment: paymentOfSession(facts), reservationId }
  return [[keep]]
}

/** The money did not come after all. */
export function commandsOfFailed(facts: SessionFacts): Command[][] {
  return releaseOf(facts, 'payment_failed')
}

/** The buyer did not pay in time. An expired session frees only the reservation that belongs to it. */
export function commandsOfExpired(facts: SessionFacts): Command[][] {
  return releaseOf(facts, 'expired')
}

/** Money went back, or a refund failed: the seats follow the sum of the succeeded refunds. */
export function commandsOfRefund(payment: PaymentReference, charged: Charged | null): Command[][] {
  const restock: Restock = { type: 'restock', payment, ...(charged && { charged }) }
  return [[restock]]
}

/** Whether a session event sells, awaits, fails or expires. */
export function effectOfSession(
  type: EventType,
  facts: SessionFacts,
): 'paid' | 'unpaid' | 'failed' | 'expired' | null {
  switch (type) {
    case 'checkout.session.completed':
      return isPaid(facts) ? 'paid' : 'unpaid'
    case 'checkout.session.async_payment_succeeded':
      return 'paid'
    case 'checkout.session.async_payment_failed':
      return 'failed'
    case 'checkout.session.expired':
      return 'expired'
    case 'charge.refunded':
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
    case 'charge.dispute.created':
    case 'charge.dispute.closed':
      return null
  }
}

/** Paid, or nothing was to be paid. A debit that is on its way is neither. */
export function isPaid(facts: SessionFacts): boolean {
  return facts.paymentStatus === 'paid' || facts.paymentStatus === 'no_payment_required'
}

/** By which names the payment of a session is found. */
export function paymentOfSession(facts: SessionFacts): PaymentReference {
  return {
    paymentIntentId: facts.paymentIntentId,
    sessionId: facts.sessionId,
    reservationId: facts.reservationId,
  }
}

function releaseOf(facts: SessionFacts, cause: Release['cause']): Command[][] {
  if (facts.reservationId === null) return []
  return [[{ type: 'release', reservationId: facts.reservationId, sessionId: facts.sessionId, cause }]]
}
