import type { Charged } from '@/lib/inventory/commands'
import { stripe } from './client'
import {
  type ChargeFacts,
  type DisputeFacts,
  refundFacts,
  type RefundFacts,
  type SessionFacts,
} from './facts'
import { isMissing } from './failure'
import { findOurSession } from './our-session'
import type { News, StripeAnswer } from './plan'
import type { LineItem } from './ticket-order'

/**
 * Asks Stripe what a piece of news leaves open. Called outside every transaction.
 *
 * @throws when Stripe is out of reach or busy: the job is then tried again later
 */
export async function askStripe(news: News): Promise<StripeAnswer> {
  const { facts } = news
  switch (facts.kind) {
    case 'session':
      return listLineItems(facts)
    case 'charge':
      return { kind: 'refunds', refunds: await listRefundsOfCharge(facts) }
    case 'dispute':
      return { kind: 'owner', ours: await isOfOurs(facts) }
    case 'refund':
      return { kind: 'charged', charged: await chargedFor(facts) }
  }
}

/** The line items that were really bought: a customer may change the quantity on Stripe's page. */
async function listLineItems(facts: SessionFacts): Promise<StripeAnswer> {
  try {
    const items: LineItem[] = []
    for await (const item of stripe().checkout.sessions.listLineItems(facts.sessionId, { limit: 100 })) {
      items.push({ priceId: item.price?.id ?? null, quantity: item.quantity ?? 0 })
    }
    return { kind: 'line_items', items }
  } catch (error) {
    if (isMissing(error)) return { kind: 'unknown_session' }
    throw error
  }
}

/** Empty if Stripe does not know the charge: then the event was not Stripe's. */
async function listRefundsOfCharge(facts: ChargeFacts): Promise<RefundFacts[]> {
  const refunds: RefundFacts[] = []
  try {
    for await (const refund of stripe().refunds.list({ charge: facts.chargeId, limit: 100 })) {
      refunds.push(refundFacts.parse(refund))
    }
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  return refunds
}

/** Null where Stripe does not know the payment. */
async function chargedFor({ paymentIntentId }: RefundFacts): Promise<Charged | null> {
  if (paymentIntentId === null) return null
  try {
    const { amount_received: cents, currency } = await stripe().paymentIntents.retrieve(paymentIntentId)
    return { cents, currency }
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

async function isOfOurs({ paymentIntentId }: DisputeFacts): Promise<boolean> {
  return paymentIntentId !== null && (await findOurSession(paymentIntentId)) !== null
}
