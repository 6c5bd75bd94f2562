import { database } from '@/lib/database'
import { stripe } from './client'
import type { EventType } from './classify-event'
import { isPaid } from './event-commands'
import type { SessionFacts } from './facts'
import { retrieveOurSession } from './our-session'
import { applySession } from './process-session'

/** Asks Stripe about one session and applies what it says; whether anything changed. */
export async function followSession(sessionId: string): Promise<boolean> {
  const facts = await retrieveOurSession(sessionId)
  return facts !== null && followFacts(facts)
}

/** Applies what Stripe says of a session as if its event had come; whether anything changed. */
export async function followFacts(facts: SessionFacts): Promise<boolean> {
  const type = await eventOf(facts)
  if (type === null) return false
  const result = await applySession(facts, type)
  return result.success && !result.duplicate
}

/**
 * Which event a session in this state must have sent; null if that would be nothing new. A debit that failed leaves
 * its session complete and unpaid, so Stripe is also asked about the payment intent.
 *
 * @throws when Stripe is out of reach
 */
export async function eventOf(facts: SessionFacts): Promise<EventType | null> {
  if (facts.status === 'expired') return 'checkout.session.expired'
  if (facts.status !== 'complete') return null
  if (isPaid(facts)) return 'checkout.session.async_payment_succeeded'
  if (await hasFailed(facts)) return 'checkout.session.async_payment_failed'
  return (await isAwaited(facts)) ? null : 'checkout.session.completed'
}

async function isAwaited({ sessionId }: SessionFacts): Promise<boolean> {
  const awaited = await database()
    .selectFrom('payments')
    .select('id')
    .where('session_id', '=', sessionId)
    .where('state', '=', 'awaiting')
    .executeTakeFirst()
  return awaited !== undefined
}

/** https://docs.stripe.com/payments/paymentintents/lifecycle: a failed debit wants another payment method. */
async function hasFailed({ paymentIntentId }: SessionFacts): Promise<boolean> {
  if (paymentIntentId === null) return false
  const { status } = await stripe().paymentIntents.retrieve(paymentIntentId)
  return status === 'requires_payment_method' || status === 'canceled'
}
