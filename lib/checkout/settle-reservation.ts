import type { ReleaseCause } from '@/lib/inventory/commands'
import type { Outcome } from '@/lib/inventory/outcomes'
import { executeOne } from '@/lib/inventory/execute-one'
import { log } from '@/lib/log'
import type { EventType } from '@/lib/stripe/classify-event'
import type { SessionFacts } from '@/lib/stripe/facts'
import { readStripeFailure } from '@/lib/stripe/failure'
import { eventOf } from '@/lib/stripe/follow-session'
import { applySession } from '@/lib/stripe/process-session'
import { createCheckoutSession, endCheckoutSession } from './checkout-session'
import type { CheckoutReservation } from './reservations'

/** How a reservation's checkout ended. */
export type Settled =
  /** It cannot be paid any more, or its debit failed. Its seats may be released, or have been. */
  | { kind: 'over' }
  /** It is paid, or its payment is on its way; the stock follows that already. */
  | { kind: 'complete' }
  /** Stripe did not answer clearly. Try again later; the seats stay. */
  | { kind: 'unclear' }

/**
 * Makes sure that a reservation cannot be paid any more, by ending its session at Stripe. If the buyer was faster,
 * it applies the payment instead. Holds no lock while Stripe is asked. Releases nothing by itself but the seats of
 * a debit that failed.
 */
export async function endCheckout(reservation: CheckoutReservation): Promise<Settled> {
  if (reservation.sessionRequest === null) return { kind: 'over' }
  const created = await createCheckoutSession(reservation, 'again')
  if (created.kind === 'unclear') return { kind: 'unclear' }
  if (created.kind === 'refused') {
    // Most often because Stripe makes no page that ends so soon. No buyer waits for it.
    log().info(
      { code: 'session_not_made', reservationId: reservation.id, stripeCode: created.code },
      'Stripe has no page of a reservation that ends, and makes none',
    )
    return { kind: 'over' }
  }
  const ended = await endCheckoutSession(created.sessionId)
  switch (ended.kind) {
    case 'expired':
    case 'unknown':
      return { kind: 'over' }
    case 'unclear':
      return { kind: 'unclear' }
    case 'complete':
      return applyComplete(ended.facts)
  }
}

/** A completed session: a sale, a payment on its way, or a debit that has failed since. */
async function applyComplete(facts: SessionFacts): Promise<Settled> {
  const event = await askWhichEvent(facts)
  if (event === 'unclear') return { kind: 'unclear' }
  if (event !== null) await applySession(facts, event)
  return { kind: event === 'checkout.session.async_payment_failed' ? 'over' : 'complete' }
}

async function askWhichEvent(facts: SessionFacts): Promise<EventType | null | 'unclear'> {
  try {
    return await eventOf(facts)
  } catch (error) {
    // Throws the error if it is not Stripe's.
    readStripeFailure(error)
    return 'unclear'
  }
}

/** Releases a reservation whose checkout is over. */
export async function releaseReservation(reservationId: string, cause: ReleaseCause): Promise<Outcome> {
  return executeOne({ type: 'release', reservationId, cause })
}
