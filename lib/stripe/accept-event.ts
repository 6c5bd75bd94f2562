import { sql } from 'kysely'
import { config } from '@/lib/config'
import { enqueue } from '@/lib/queues/send'
import { wakeWorkers } from '@/lib/queues/wake'
import { transact } from '@/lib/queues/transaction'
import { writeTogether } from '@/lib/write-together'
import { type Classified, classifyEvent, eventEnvelope, type EventEnvelope } from './classify-event'
import { verifyWebhook } from './verify-webhook'

export type Acceptance =
  /** `ignored`: not about our tickets, or of a type without effect. It is recorded, and nothing more. */
  | { status: 'accepted' | 'ignored' | 'known' }
  | { status: 'refused'; code: 'bad_signature' | 'malformed'; message: string }

/**
 * Stores a webhook's event and its job in one transaction. Once this has answered, the event will be applied,
 * whichever process dies. An event that is already stored changes nothing, however late it comes again.
 *
 * @param rawBody the body's text, byte for byte as it was sent
 * @throws when the database is away: then nothing is stored, and Stripe must send it again (503)
 */
export async function acceptStripeEvent({
  rawBody,
  signature,
}: {
  rawBody: string
  signature: string | null
}): Promise<Acceptance> {
  const verified = verifyWebhook(rawBody, signature)
  if (!verified) return { status: 'refused', code: 'bad_signature', message: 'The signature is not valid' }
  const event = eventEnvelope.safeParse(verified.value)
  if (!event.success)
    return { status: 'refused', code: 'malformed', message: 'The body is not a Stripe event' }
  return { status: await store(event.data) }
}

/**
 * Stores events that Stripe's API lists, and their jobs, as if their webhooks had come. One that is already stored
 * changes nothing.
 *
 * @returns how many are ours and were not known
 * @throws when the database is away
 */
export async function acceptListedEvents(events: readonly unknown[]): Promise<number> {
  const read = events.flatMap((event) => eventEnvelope.safeParse(event).data ?? [])
  const statuses = await Promise.all(read.map((event) => store(event)))
  return statuses.filter((status) => status === 'accepted').length
}

/**
 * Stores an event and says whether it is new and ours. Events that arrive while others are being stored are stored
 * together.
 */
const store = writeTogether({
  largest: 100,
  lineOf: () => 'all',
  write: async (events: readonly EventEnvelope[]) => {
    const { inserted, ours } = await insertAll(events)
    return events.map(({ id }) => {
      // The same event twice in one batch was inserted once.
      if (!inserted.delete(id)) return 'known'
      return ours.has(id) ? 'accepted' : 'ignored'
    })
  },
})

/** @returns the ids that were not there before, and those that we act on */
async function insertAll(
  events: readonly EventEnvelope[],
): Promise<{ inserted: Set<string>; ours: ReadonlySet<string> }> {
  const rows = events.map((event) => rowOf(event, classifyEvent(event, config().stripe.livemode)))
  const ours = new Set(rows.filter(({ state }) => state === 'received').map(({ id }) => id))
  const inserted = await transact(async (trx) => {
    const { rows: added } = await sql<{ id: string }>`
      insert into stripe_events (id, type, livemode, created_at, state, outcome, session_id, reservation_id,
        payment_intent_id, facts)
      select id, type, livemode, created_at, state, outcome, session_id, reservation_id, payment_intent_id, facts
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as new (id text, type text, livemode boolean,
        created_at timestamptz, state text, outcome text, session_id text, reservation_id text,
        payment_intent_id text, facts jsonb)
      order by id
      on conflict (id) do nothing
      returning id`.execute(trx)
    const jobs = added.filter(({ id }) => ours.has(id)).map(({ id }) => ({ eventId: id }))
    await enqueue(trx, 'stripe-events', jobs)
    return new Set(added.map(({ id }) => id))
  })
  if ([...inserted].some((id) => ours.has(id))) wakeWorkers('stripe-events')
  return { inserted, ours }
}

function rowOf(event: EventEnvelope, classified: Classified) {
  const facts = classified.ours ? classified.facts : null
  return {
    id: event.id,
    type: event.type,
    livemode: event.livemode,
    created_at: new Date(event.created * 1000),
    state: classified.ours ? 'received' : 'ignored',
    outcome: classified.ours ? null : classified.because,
    session_id: facts?.kind === 'session' ? facts.sessionId : null,
    reservation_id: facts?.kind === 'session' ? facts.reservationId : null,
    payment_intent_id: facts?.paymentIntentId ?? null,
    facts,
  }
}
