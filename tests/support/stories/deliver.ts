import { database } from '@/lib/database'
import { applyEvents, sortEvents } from '@/lib/stripe/apply-events'
import { readBackground } from '@/lib/stripe/background'
import { classifyEvent } from '@/lib/stripe/classify-event'
import { planNews } from '@/lib/stripe/plan'
import type { StripeEvent } from './tickets'

/** Stores events as the webhook does, many by one statement. Those that are known already change nothing. */
export async function accept(events: readonly StripeEvent[]): Promise<void> {
  const rows = events.map((event) => {
    const envelope = { ...event, created: 1_768_000_000, livemode: false, data: { object: event.object } }
    const classified = classifyEvent(envelope, false)
    if (!classified.ours) throw new Error(`${event.type} is ${classified.because}`)
    const { facts } = classified
    return {
      id: event.id,
      type: event.type,
      livemode: false,
      state: 'received' as const,
      created_at: new Date(envelope.created * 1000),
      session_id: facts.kind === 'session' ? facts.sessionId : null,
      reservation_id: facts.kind === 'session' ? facts.reservationId : null,
      payment_intent_id: facts.paymentIntentId,
      facts: JSON.stringify(facts),
    }
  })
  if (rows.length === 0) return
  await database()
    .insertInto('stripe_events')
    .values(rows)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}

/**
 * Accepts events and applies them in one transaction, the way the worker does with a batch. Where it would ask
 * Stripe, the event's own answer is taken.
 */
export async function deliver(events: readonly StripeEvent[]): Promise<void> {
  await accept(events)
  const ids = [...new Set(events.map((event) => event.id))]
  const { ready, asking } = await sortEvents(ids)
  const background = await readBackground(database(), asking)
  const answered = asking.map((news) => {
    const plan = planNews(news, background, events.find((event) => event.id === news.key)?.answer)
    if (plan === 'ask') throw new Error(`Stripe would have to be asked about ${news.type}`)
    return plan
  })
  await applyEvents([...ready, ...answered], { claim: async () => new Set(ids) })
}
