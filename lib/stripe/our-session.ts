import { stripe } from './client'
import { isOurs } from './classify-event'
import { sessionFacts, type SessionFacts } from './facts'
import { isMissing } from './failure'

/**
 * Our Checkout Session that a payment intent belongs to. Null if it belongs to none of ours, or if Stripe does not
 * know it.
 *
 * @throws when Stripe is out of reach
 */
export async function findOurSession(paymentIntentId: string): Promise<SessionFacts | null> {
  try {
    const sessions = await stripe().checkout.sessions.list({ payment_intent: paymentIntentId, limit: 10 })
    const facts = sessions.data.map((session) => sessionFacts.parse(session))
    return facts.find((one) => one.mode === 'payment' && isOurs(one)) ?? null
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** A session of ours as Stripe has it now, or null. @throws when Stripe is out of reach */
export async function retrieveOurSession(sessionId: string): Promise<SessionFacts | null> {
  try {
    const facts = sessionFacts.parse(await stripe().checkout.sessions.retrieve(sessionId))
    return facts.mode === 'payment' && isOurs(facts) ? facts : null
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}
