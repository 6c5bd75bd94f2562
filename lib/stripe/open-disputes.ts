import type Stripe from 'stripe'
import { sql } from 'kysely'
import { database } from '@/lib/database'
import { log } from '@/lib/log'
import { acceptListedEvents } from './accept-event'
import type { EventEnvelope, EventType } from './classify-event'
import { stripe } from './client'
import { isOver } from './dispute-ends'
import { disputeFacts } from './facts'
import { isLockedOut, isMissing } from './failure'

/** Payments that one run asks about. */
const askedAtOnce = 100

/**
 * Asks Stripe about the disputes of payments that have an open one, each payment once an hour, and accepts what no
 * webhook brought, as if that had come: the worker applies it. Stripe lists its events for 30 days only, and not to
 * every key. If our key may not read disputes either, it accepts none and logs that.
 *
 * @returns how many pieces of news were accepted
 * @throws when Stripe or the database is out of reach
 */
export async function acceptNewsOfDisputes(): Promise<number> {
  let accepted = 0
  try {
    for (const disputed of await takeDisputed()) accepted += await acceptListedEvents(await newsOf(disputed))
    return accepted
  } catch (error) {
    if (!isLockedOut(error)) throw error
    log().warn({ code: 'disputes_not_readable' }, 'the Stripe key may not read disputes')
    return accepted
  }
}

interface Disputed {
  paymentIntentId: string
  /** In seconds since 1970. */
  askedAt: number
}

/** Those that were heard of or asked about longest ago come first. */
async function takeDisputed(): Promise<Disputed[]> {
  // Index: payments_in_dispute, which `infinity` names; open disputes are few.
  const { rows } = await sql<Disputed>`
    update payments set updated_at = app_now()
    where id in (
      select id from payments
      where dispute = 'open' and created_at < 'infinity' and updated_at < app_now() - interval '1 hour'
        and payment_intent_id is not null
      order by updated_at, id limit ${askedAtOnce}
      for update skip locked)
    returning payment_intent_id as "paymentIntentId", floor(extract(epoch from app_now()))::bigint as "askedAt"`.execute(
    database(),
  )
  return rows
}

async function newsOf({ paymentIntentId, askedAt }: Disputed): Promise<EventEnvelope[]> {
  const known = await eventsKnown(paymentIntentId)
  const news: EventEnvelope[] = []
  for (const dispute of await disputesOf(paymentIntentId)) {
    const hasEnded = isOver(dispute.status)
    const { status: end } = disputeFacts.parse(dispute)
    const isKnown = known.some(
      ({ disputeId, status, type }) =>
        disputeId === dispute.id && (!hasEnded || (type === 'charge.dispute.closed' && status === end)),
    )
    if (!isKnown)
      news.push(asEvent(dispute, hasEnded ? 'charge.dispute.closed' : 'charge.dispute.created', askedAt))
  }
  return news
}

/** The event that Stripe must have sent, by a name of our own: it is the same whenever we ask. */
function asEvent(dispute: Stripe.Dispute, type: EventType, askedAt: number): EventEnvelope {
  const { id, status, livemode } = dispute
  const state = type === 'charge.dispute.closed' ? status : 'open'
  return { id: `dispute:${id}:${state}`, type, created: askedAt, livemode, data: { object: { ...dispute } } }
}

interface KnownEvent {
  type: string
  disputeId: string
  status: string | null
}

async function eventsKnown(paymentIntentId: string): Promise<KnownEvent[]> {
  // Index: stripe_events_by_payment_intent.
  const { rows } = await sql<KnownEvent>`
    select type, facts ->> 'disputeId' as "disputeId", facts ->> 'status' as status from stripe_events
    where payment_intent_id = ${paymentIntentId} and type in ('charge.dispute.created', 'charge.dispute.closed')
      and facts is not null`.execute(database())
  return rows
}

/** None where Stripe does not know the payment. */
async function disputesOf(paymentIntentId: string): Promise<Stripe.Dispute[]> {
  const disputes: Stripe.Dispute[] = []
  try {
    for await (const dispute of stripe().disputes.list({ payment_intent: paymentIntentId, limit: 100 }))
      disputes.push(dispute)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  return disputes
}
