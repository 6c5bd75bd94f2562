import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { v7 as newReservationId } from 'uuid'
import { database } from '@/lib/database'
import { enqueue } from '@/lib/queues/send'
import { idInTime } from './stripe-ids'

export interface Bought {
  eventId: string
  sessionId: string
  intentId: string
  reservationId: string
  email: string
  cityId: string
}

/**
 * Puts `count` paid checkouts before the worker, spread evenly over cities: a live hold, its received event and
 * its job, exactly as the web process leaves them.
 */
export async function fillQueue(cities: readonly string[], count: number): Promise<Bought[]> {
  const bought = newCheckouts(cities, count)
  for (let from = 0; from < count; from += 2_000) {
    const part = bought.slice(from, from + 2_000)
    await insertHolds(part)
    await insertEvents(part)
  }
  return bought
}

/** Names for `count` checkouts, spread evenly over cities; nothing is stored. */
export function newCheckouts(cities: readonly string[], count: number): Bought[] {
  return Array.from({ length: count }, (_, index): Bought => {
    const id = randomUUID()
    return {
      eventId: idInTime('evt_1'),
      sessionId: `cs_${id}`,
      intentId: idInTime('pi_3'),
      reservationId: newReservationId(),
      email: `${id}@example.com`,
      cityId: cities[index % cities.length] ?? '',
    }
  })
}

/** A live hold of one GA seat for each checkout. */
export async function insertHolds(bought: readonly Bought[]): Promise<void> {
  const column = (pick: (one: Bought) => string) => bought.map(pick)
  await sql`
    insert into reservations (id, city_id, tier, quantity, status, epoch, email, amount_cents, currency, created_at,
      expires_at, lapses_at, session_request, session_expires_at, session_id)
    select id, city_id, 'ga', 1, 'held', 0, email, 100000, 'usd', app_now(),
      app_now() + interval '15 minutes', app_now() + interval '41 minutes', '{"mode":"payment"}',
      app_now() + interval '31 minutes', session_id
    from unnest(${column((one) => one.reservationId)}::text[], ${column((one) => one.cityId)}::text[],
      ${column((one) => one.sessionId)}::text[], ${column((one) => one.email)}::text[])
      as new (id, city_id, session_id, email)`.execute(database())
  for (const [cityId, held] of Map.groupBy(bought, (one) => one.cityId)) {
    await sql`update inventory set held = held + ${held.length} where city_id = ${cityId} and tier = 'ga'`.execute(
      database(),
    )
  }
}

async function insertEvents(bought: readonly Bought[]): Promise<void> {
  const column = (pick: (one: Bought) => string) => bought.map(pick)
  await sql`
    insert into stripe_events (id, type, livemode, session_id, reservation_id, payment_intent_id, facts, created_at)
    select id, 'checkout.session.completed', false, session_id, reservation_id, intent_id, facts, app_now()
    from unnest(${column((one) => one.eventId)}::text[], ${column((one) => one.sessionId)}::text[],
      ${column((one) => one.reservationId)}::text[], ${column((one) => one.intentId)}::text[],
      ${bought.map((one) => JSON.stringify(factsOf(one)))}::jsonb[])
      as new (id, session_id, reservation_id, intent_id, facts)`.execute(database())
  await enqueue(
    database(),
    'stripe-events',
    bought.map(({ eventId }) => ({ eventId })),
  )
}

function factsOf({ sessionId, intentId, reservationId, email, cityId }: Bought) {
  return {
    kind: 'session',
    sessionId,
    mode: 'payment',
    status: 'complete',
    paymentStatus: 'paid',
    paymentIntentId: intentId,
    amountSubtotal: 100_000,
    amountTotal: 100_000,
    currency: 'usd',
    email,
    reservationId,
    cityId,
    ticketType: 'GA',
    quantity: '1',
  }
}
