import { sql } from 'kysely'
import type { Price } from '@/lib/cities'
import type { Connection } from '@/lib/database'
import type { PoolId } from '@/lib/inventory/model'
import type { EventFacts, SessionFacts } from './facts'
import type { CityPrices, ReservedOrder } from './ticket-order'

/** What planning reads without locks. It never changes, or is looked at again later. */
export interface Background {
  asked: ReadonlyMap<string, ReservedOrder>
  /** By city. */
  prices: ReadonlyMap<string, CityPrices>
  /** By payment intent, cents of succeeded refunds that we have recorded. */
  refunded: ReadonlyMap<string, number>
  /** Payment intents of sales whose amount is not known: what they came to decides about their refunds. */
  unpriced: ReadonlySet<string>
  /** Payment intents whose order other code also sold by its session. It is not known which of the two was paid. */
  soldTwice: ReadonlySet<string>
  /** Payment intents of ours. The dispute of another shop's payment on the same Stripe account gets no row. */
  ours: ReadonlySet<string>
}

/** Reads what planning needs, by a fixed number of statements; by none for a kind of news that is not among these. */
export async function readBackground(
  connection: Connection,
  news: readonly { facts: EventFacts }[],
): Promise<Background> {
  const facts = news.map((one) => one.facts)
  const sessions = facts.filter((one) => one.kind === 'session')
  return {
    asked: await readOrders(connection, sessions),
    prices: await readPrices(connection, sessions),
    refunded: await readRefunded(connection, intentsOf(facts, ['charge'])),
    ...(await readUnpriced(connection, intentsOf(facts, ['refund', 'charge']))),
    ours: await readOurs(connection, intentsOf(facts, ['dispute'])),
  }
}

function intentsOf(facts: readonly EventFacts[], kinds: readonly EventFacts['kind'][]): string[] {
  return facts.flatMap(({ kind, paymentIntentId }) => (kinds.includes(kind) ? (paymentIntentId ?? []) : []))
}

/** By reservation: the orders that our own checkout asked for. */
async function readOrders(
  connection: Connection,
  sessions: readonly SessionFacts[],
): Promise<Background['asked']> {
  const ids = sessions.flatMap((session) => session.reservationId ?? [])
  if (ids.length === 0) return new Map()
  const { rows } = await sql<ReservedOrder>`
    select id as "reservationId", city_id as "cityId", tier, quantity, amount_cents as "amountCents",
      session_id as "sessionId"
    from reservations where id = any(${ids}::text[])`.execute(connection)
  return new Map(rows.map((order) => [order.reservationId, order]))
}

async function readPrices(
  connection: Connection,
  sessions: readonly SessionFacts[],
): Promise<Background['prices']> {
  const cities = new Set(sessions.flatMap((session) => session.cityId?.trim() ?? []))
  if (cities.size === 0) return new Map()
  const { rows } = await sql<Price & PoolId>`
    select city_id as "cityId", tier, amount_cents as "amountCents", currency, stripe_price_id as "stripePriceId"
    from prices where city_id = any(${[...cities]}::text[])`.execute(connection)
  const prices = new Map<string, CityPrices>()
  for (const { cityId, tier, ...price } of rows) prices.set(cityId, { ...prices.get(cityId), [tier]: price })
  return prices
}

async function readRefunded(
  connection: Connection,
  intents: readonly string[],
): Promise<Background['refunded']> {
  if (intents.length === 0) return new Map()
  const { rows } = await sql<{ intent: string; cents: number }>`
    select payment_intent_id as intent, sum(amount_cents)::bigint as cents from refunds
    where payment_intent_id = any(${[...intents]}::text[]) and status = 'succeeded'
    group by payment_intent_id`.execute(connection)
  return new Map(rows.map(({ intent, cents }) => [intent, cents]))
}

async function readUnpriced(
  connection: Connection,
  intents: readonly string[],
): Promise<Pick<Background, 'unpriced' | 'soldTwice'>> {
  if (intents.length === 0) return { unpriced: new Set(), soldTwice: new Set() }
  // Indexes: payments_payment_intent, stripe_events_by_payment_intent, payments_session. `offset 0` has each payment's
  // events looked up.
  const { rows } = await sql<{ intent: string; isSoldTwice: boolean }>`
    select p.payment_intent_id as intent, exists (
      select from stripe_events paid join payments other on other.session_id = paid.session_id
      where paid.payment_intent_id = p.payment_intent_id and other.id <> p.id and other.seats_sold > 0
      offset 0) as "isSoldTwice"
    from payments p
    where p.payment_intent_id = any(${[...intents]}::text[]) and p.amount_cents is null
      and p.seats_sold > 0`.execute(connection)
  const intentsWhere = (isSoldTwice: boolean) =>
    new Set(rows.filter((row) => row.isSoldTwice === isSoldTwice).map(({ intent }) => intent))
  return { unpriced: intentsWhere(false), soldTwice: intentsWhere(true) }
}

async function readOurs(connection: Connection, intents: readonly string[]): Promise<Background['ours']> {
  if (intents.length === 0) return new Set()
  const { rows } = await sql<{ intent: string }>`
    select payment_intent_id as intent from payments
    where payment_intent_id = any(${[...intents]}::text[])
      and (session_id is not null or state <> 'new')`.execute(connection)
  return new Set(rows.map(({ intent }) => intent))
}
