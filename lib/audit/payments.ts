import { sql } from 'kysely'
import type { Trx } from '@/lib/database'
import type { Tier } from '@/lib/tier'
import type { AuditDifference } from './difference'

/** The first ones say enough. */
const reportedRows = 50

/**
 * Looks for payments that were forgotten or made up, and for paid sessions that no payment accounts for.
 *
 * @param since look at what came in since then, and at all that waits for an admin; null for everything
 */
export async function auditPayments(trx: Trx, since: Date | null): Promise<AuditDifference[]> {
  return [...(await unaccountedPayments(trx, since)), ...(await unaccountedEvents(trx, since))]
}

interface Unaccounted {
  id: string
  cityId: string | null
  tier: Tier | null
  message: string
}

async function unaccountedPayments(trx: Trx, since: Date | null): Promise<AuditDifference[]> {
  // Indexes for what is recent: payments_by_sale_time, then inventory_transactions_by_payment. For what waits for
  // a person: payments_in_exception, then payment_exceptions_unresolved, each payment looked up (`offset 0`): as a join,
  // all that wait would be compared with each other. All of it is one pass of each table.
  const recent = since === null ? sql`true` : sql`p.sold_at >= ${since}::timestamptz`
  const columns = sql`p.id, p.city_id as "cityId", p.tier`
  const { rows } = await sql<Unaccounted>`
    select ${columns}, 'it is sold, but has no seats' as message
    from payments p where p.state = 'sold' and p.seats_sold = 0 and ${recent}
    union all
    select ${columns}, 'it needs a person, but no exception says so'
    from payments p where p.state = 'exception'
      and not exists (
        select 1 from payment_exceptions e where e.payment_id = p.id and e.state <> 'resolved' offset 0)
    union all
    select ${columns}, case when kept > taken then 'the ledger does not know its ' || p.seats_sold || ' seats'
      else 'it has ' || kept || ' seats, but ' || by_ledger || ' by the ledger' end
    from payments p
    left join inventory i on i.city_id = p.city_id and i.tier = p.tier
    cross join lateral (select p.seats_sold - p.seats_returned as kept) seats
    cross join lateral (
      select coalesce(sum(t.quantity) filter (where t.operation = 'decrement'), 0) as taken,
        coalesce(sum(t.quantity), 0) as by_ledger, bool_and(t.epoch = i.epoch) as is_current,
        min(t.sequence) = min(t.sequence) filter (where t.quantity = p.seats_sold) as begins_as_sale
      from inventory_transactions t
      where t.payment_id = p.id and t.operation in ('decrement', 'restock')
        and t.city_id = p.city_id and t.tier = p.tier) ledger
    where p.seats_sold > 0 and ${recent}
      -- Less than were taken may be right: after a reset, seats come back without a row of the ledger.
      and (kept > taken or (p.epoch = i.epoch and is_current and kept <> by_ledger))
      and (begins_as_sale is true or not ${mayMissRows})
    order by id limit ${reportedRows}`.execute(trx)
  return rows.map(({ id, cityId, tier, message }) => ({
    kind: 'payment',
    cityId,
    tier,
    row: `payment ${id}`,
    message,
  }))
}

/**
 * Whether some of a payment's seats may have no row in the ledger. A sale that came refunded in full takes no seat. For
 * seats of an earlier epoch there is no row either when they come back or when their refund fails. Asked only about
 * what would be a difference. Indexes: inventory_transactions_by_people, refunds_by_payment_intent.
 */
const mayMissRows = sql`coalesce(
  (p.epoch < i.epoch or exists (
    select 1 from inventory_transactions u
    where u.city_id = p.city_id and u.tier = p.tier and u.operation = 'undo' and u.epoch = p.epoch))
  and p.amount_cents <= (
    select sum(r.amount_cents) from refunds r where r.payment_intent_id = p.payment_intent_id), false)`

/** Every processed event of a paid session has a payment that was decided upon. */
async function unaccountedEvents(trx: Trx, since: Date | null): Promise<AuditDifference[]> {
  // Indexes: stripe_events_by_time for what is recent; payments_session.
  const { rows } = await sql<{ id: string; sessionId: string }>`
    select e.id, e.session_id as "sessionId"
    from stripe_events e
    where e.state = 'processed' and e.session_id is not null
      and (e.type = 'checkout.session.async_payment_succeeded'
        or (e.type = 'checkout.session.completed' and e.facts ->> 'paymentStatus' in ('paid', 'no_payment_required')))
      and ${since === null ? sql`true` : sql`e.received_at >= ${since}::timestamptz`}
      and not exists (
        select 1 from payments p where p.session_id = e.session_id and p.state not in ('new', 'awaiting'))
    order by e.id limit ${reportedRows}`.execute(trx)
  return rows.map(({ id, sessionId }) => ({
    kind: 'event',
    cityId: null,
    tier: null,
    row: `event ${id}`,
    message: `session ${sessionId} was paid, but no payment accounts for it`,
  }))
}
