import { sql } from 'kysely'
import { rowsOf } from '@/db/rows-of'
import type { Trx } from '@/lib/database'
import { type PoolId, type PoolKey, poolKey } from '@/lib/inventory/model'
import { poolColumns } from '@/lib/inventory/pool-columns'
import type { ChainPoint } from './chain'

/** A city and tier, and how much there is to read of it. */
export interface ListedPool {
  pool: PoolId
  /** Ledger rows by its stock row, and so about how many payments at most. */
  rows: number
}

/** A stock row beside what the payments and reservations of its pool add up to. */
export interface StockRecord extends ChainPoint {
  held: number
  /** Seats of live sales of the current epoch, less returned ones. */
  seatsPaid: number
  /** Seats of live reservations of the current epoch. */
  seatsReserved: number
  /** Live reservations that a reset should have closed. */
  strayReservations: number
}

/**
 * Every city and tier that has stock or a ledger, or had one by an earlier run: no city is ever deleted. A chain whose
 * stock row is gone is found by leaping through the index from one pool to the next, not by reading the ledger.
 */
export async function listPools(trx: Trx): Promise<ListedPool[]> {
  // Indexes: inventory_transactions_sequence, the primary keys.
  const { rows } = await sql<PoolId & { rows: number }>`
    with recursive chain (city_id, tier) as (
      (select city_id, tier from inventory_transactions order by city_id, tier limit 1)
      union all
      select next.city_id, next.tier
      from chain cross join lateral (
        select t.city_id, t.tier from inventory_transactions t
        where (t.city_id, t.tier) > (chain.city_id, chain.tier)
        order by t.city_id, t.tier limit 1) next
    ), pool as (
      select city_id, tier from chain
      union
      select city_id, tier from inventory
      union
      select city_id, tier from audit_checkpoints
    )
    select city_id as "cityId", tier, coalesce(i.last_sequence, 0) as rows
    from pool left join inventory i using (city_id, tier)
    order by city_id, tier`.execute(trx)
  return rows.map(({ rows, ...pool }) => ({ pool, rows }))
}

/** By pool; without those whose stock row is gone. */
export async function readStockRecords(
  trx: Trx,
  pools: readonly PoolId[],
): Promise<Map<PoolKey, StockRecord>> {
  // Indexes: the primary key, payments_by_pool_and_seats, reservations_by_pool.
  const { rows } = await sql<StockRecord & PoolId>`
    select i.city_id as "cityId", i.tier, i.last_sequence as sequence, i.last_hash as hash, i.sold, i.held, i.epoch,
      i.public_limit as "publicLimit", i.actual_limit as "actualLimit",
      (select coalesce(sum(seats_sold - seats_returned), 0)::bigint from payments
        where city_id = i.city_id and tier = i.tier and epoch = i.epoch) as "seatsPaid",
      coalesce(r.seats, 0) as "seatsReserved", coalesce(r.stray, 0) as "strayReservations"
    from ${rowsOf(pools, poolColumns)} pool
    join inventory i using (city_id, tier)
    left join lateral (
      select sum(quantity) filter (where epoch = i.epoch)::bigint as seats,
        count(*) filter (where epoch <> i.epoch)::int as stray
      from reservations
      where city_id = i.city_id and tier = i.tier and status in ('held', 'awaiting')
        and lapses_at >= '-infinity') r on true
    `.execute(trx)
  return new Map(rows.map((row) => [poolKey(row), row]))
}
