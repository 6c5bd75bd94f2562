import type { Client } from 'pg'
import { intentIdSql } from '../stripe-ids'
import { withoutIndexes } from './indexes'

/** Rows made by one statement; each step of it is kept until its end. */
const rowsAtOnce = 480_000

/**
 * Fills the ledger of the cities on sale with so many sales of one seat each, over 60 days until yesterday, the cities
 * in turn: each with its reservation, its payment and its link in the hash chain, so that the audit finds nothing.
 *
 * @param client a superuser's: checking the foreign keys would take as long as the rows
 */
export async function fillLedger(client: Client, rows: number): Promise<void> {
  await client.query(`set session_replication_role = replica; set maintenance_work_mem = '512MB'`)
  const { pools } = (await client.query<{ pools: number }>(countPools)).rows[0] ?? { pools: 0 }
  const each = Math.round(rows / pools)
  const stepsAtOnce = Math.max(1, Math.floor(rowsAtOnce / pools))
  await withoutIndexes(client, ['inventory_transactions', 'payments', 'reservations'], async () => {
    for (let done = 0; done < each; done += stepsAtOnce) {
      await client.query(insertSales, [Math.min(stepsAtOnce, each - done), each])
      await client.query(followLedger)
    }
  })
  await client.query(noteHours)
  await client.query(noteAudit)
  await client.query('vacuum analyze')
  // Its writing to the disk is to be over before anything is measured.
  await client.query('checkpoint')
}

const countPools = `select count(*)::int as pools from inventory i join cities c on c.id = i.city_id
  where c.archived_at is null`

/** Of 16 characters each, eight are too few for the sales that thousands of pools have in the same second. */
const idTail = `translate(left(encode(decode(name, 'hex'), 'base64'), 8), '+/', 'Zz')`

/** $1: sales of each pool now; $2: of each pool in all. */
const insertSales = `
  with sale as (
    with recursive chain (step, entry, hash) as (
      select 0, last, last.hash
      from inventory i
      join cities c on c.id = i.city_id and c.archived_at is null
      join inventory_transactions last
        on (last.city_id, last.tier, last.sequence) = (i.city_id, i.tier, i.last_sequence)
      union all
      select step + 1, next.entry, ledger_hash(hash, next.entry)
      from chain
      cross join lateral (
        select md5((entry).city_id || (entry).tier || (entry).sequence) as name, date_trunc('milliseconds',
          now() - interval '1 day' - interval '60 days' * (1 - (entry).sequence / $2::float8)) as at offset 0) sold
      cross join lateral (select ${intentIdSql('at', idTail)} as intent offset 0) id
      cross join lateral (
        select row(null, (entry).city_id, (entry).tier, (entry).sequence + 1, (entry).epoch, 'decrement', 1,
          (entry).sold_after, (entry).sold_after + 1, (entry).public_limit_after, (entry).public_limit_after,
          (entry).actual_limit_after, (entry).actual_limit_after, intent, intent, 'cs_' || name, name,
          null, null, null, at, null)::inventory_transactions as entry
        offset 0) next
      where step < $1
    )
    select entry, hash from chain where step > 0
  ), ledger as (
    insert into inventory_transactions (city_id, tier, sequence, epoch, operation, quantity, sold_before, sold_after,
      public_limit_before, public_limit_after, actual_limit_before, actual_limit_after, payment_id,
      payment_intent_id, session_id, reservation_id, occurred_at, hash)
    select (entry).city_id, (entry).tier, (entry).sequence, (entry).epoch, (entry).operation, (entry).quantity,
      (entry).sold_before, (entry).sold_after, (entry).public_limit_before, (entry).public_limit_after,
      (entry).actual_limit_before, (entry).actual_limit_after, (entry).payment_id, (entry).payment_intent_id,
      (entry).session_id, (entry).reservation_id, (entry).occurred_at, hash
    from sale
    returning *
  ), payments as (
    insert into payments (id, payment_intent_id, session_id, reservation_id, state, city_id, tier, seats_sold, epoch,
      amount_cents, currency, email, created_at, sold_at, updated_at)
    select payment_id, payment_intent_id, session_id, reservation_id, 'sold', city_id, tier, 1, epoch, 100000, 'usd',
      reservation_id || '@example.com', occurred_at, occurred_at, occurred_at
    from ledger
  )
  insert into reservations (id, city_id, tier, quantity, status, epoch, email, visitor_hash, amount_cents, currency,
    created_at, expires_at, lapses_at, session_request, session_expires_at, session_id, session_outcome, closed_at)
  select reservation_id, city_id, tier, 1, 'sold', epoch, reservation_id || '@example.com', reservation_id, 100000,
    'usd', occurred_at, occurred_at + interval '15 minutes', 'infinity', '{"mode": "payment"}',
    occurred_at + interval '31 minutes', session_id, 'paid', occurred_at
  from ledger`

/** The stock rows after the chains' new ends. */
const followLedger = `
  update inventory i set sold = last.sold_after, last_sequence = last.sequence, last_hash = last.hash
  from inventory pool cross join lateral (
    select t.sold_after, t.sequence, t.hash from inventory_transactions t
    where t.city_id = pool.city_id and t.tier = pool.tier order by t.sequence desc limit 1) last
  where (i.city_id, i.tier) = (pool.city_id, pool.tier) and i.last_sequence <> last.sequence`

/** What the worker notes for the console's chart, hour by hour; from all pools at once, or it would take minutes. */
const noteHours = `
  insert into tour_sales (at, tier, sold)
  select at, tier, sum(count(*)) over (partition by tier order by at)
  from inventory_transactions
  cross join lateral (select date_trunc('hour', occurred_at, 'UTC') + interval '1 hour' as at) hour
  where operation = 'decrement' and at < now()
  group by at, tier`

/** A run that has just found every chain sound. */
const noteAudit = `
  with run as (
    insert into audit_runs (kind, started_at, verdict, differences, rows_walked)
    select 'full', now(), 'clean', '[]', count(*) from inventory_transactions
    returning id
  )
  insert into audit_checkpoints (city_id, tier, sequence, hash, run_id)
  select city_id, tier, last_sequence, last_hash, id from inventory cross join run`
