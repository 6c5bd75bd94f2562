import { sql } from 'kysely'
import { database } from '@/lib/database'

/**
 * The invariant of all stock, looked at with nothing but SQL, in one snapshot: for each city and tier
 * 0 ≤ sold + held ≤ actual limit; sold = the ledger's signed sum since the last reset = seats of the live
 * sales less returned ones; held = seats of live reservations; and an unbroken chain in the ledger.
 *
 * @returns one line for each violation
 */
export async function violations(): Promise<string[]> {
  return database()
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const pools = await sql<PoolSums>`${poolSums}`.execute(trx)
      const links = await sql<{ link: string }>`${brokenLinks}`.execute(trx)
      return [...pools.rows.flatMap(wrongIn), ...links.rows.map((row) => `broken link ${row.link}`)]
    })
}

interface PoolSums {
  pool: string
  sold: number
  held: number
  limit: number
  ledger: number
  sales: number
  reserved: number
  lastSequence: number
  ledgerSequence: number
  sameHash: boolean
}

function wrongIn(row: PoolSums): string[] {
  const facts: [boolean, string][] = [
    [row.sold < 0 || row.held < 0 || row.sold + row.held > row.limit, 'beyond the limit'],
    [row.sold !== row.ledger, 'sold is not what the ledger says'],
    [row.sold !== row.sales, 'sold is not what the payments say'],
    [row.held !== row.reserved, 'held is not what the reservations say'],
    [row.lastSequence !== row.ledgerSequence || !row.sameHash, 'the end of the chain is not the last row'],
  ]
  return facts.flatMap(([wrong, why]) => (wrong ? [`${row.pool}: ${why}: ${JSON.stringify(row)}`] : []))
}

const poolSums = sql`
  with stock as (
    select t.city_id, t.tier, max(t.sequence) as last,
      coalesce(max(t.sequence) filter (where t.operation = 'reset'), 0) as reset
    from inventory_transactions t group by t.city_id, t.tier),
  sums as (
    select t.city_id, t.tier, s.last,
      coalesce(sum(t.quantity) filter (where t.sequence > s.reset
        and t.operation in ('decrement', 'restock', 'undo')), 0)::int as quantity
    from inventory_transactions t join stock s using (city_id, tier)
    group by t.city_id, t.tier, s.last),
  sales as (
    select city_id, tier, epoch, sum(seats_sold - seats_returned)::int as seats from payments
    where seats_sold > 0 group by city_id, tier, epoch),
  reserved as (
    select city_id, tier, sum(quantity)::int as seats from reservations
    where status in ('held', 'awaiting') group by city_id, tier)
  select i.city_id || ' ' || i.tier as pool, i.sold, i.held, i.actual_limit as limit,
    coalesce(sums.quantity, 0) as ledger, coalesce(sales.seats, 0) as sales, coalesce(reserved.seats, 0) as reserved,
    i.last_sequence as "lastSequence", coalesce(sums.last, 0) as "ledgerSequence",
    i.last_hash = coalesce(t.hash, '') as "sameHash"
  from inventory i
  left join sums using (city_id, tier)
  left join sales on sales.city_id = i.city_id and sales.tier = i.tier and sales.epoch = i.epoch
  left join reserved on reserved.city_id = i.city_id and reserved.tier = i.tier
  left join inventory_transactions t
    on t.city_id = i.city_id and t.tier = i.tier and t.sequence = i.last_sequence`

const brokenLinks = sql`
  select city_id || ' ' || tier || ' ' || sequence as link
  from (
    select t.city_id, t.tier, t.sequence, t.hash, ledger_hash(coalesce(lag(t.hash) over chain, ''), t) as due,
      row_number() over chain as place,
      (t.sold_before, t.public_limit_before, t.actual_limit_before) as before,
      lag((t.sold_after, t.public_limit_after, t.actual_limit_after)) over chain as previous
    from inventory_transactions t
    window chain as (partition by t.city_id, t.tier order by t.sequence)) links
  where hash <> due or sequence <> place or before is distinct from coalesce(previous, before)`
