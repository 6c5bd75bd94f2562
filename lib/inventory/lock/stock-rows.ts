import { sql } from 'kysely'
import { ahead, answerOf } from '@/db/ahead'
import type { Trx } from '@/lib/database'
import type { Tier } from '@/lib/tier'
import { overdue } from '../overdue-sql'
import { type CityRules, type Pool, type PoolKey, poolKey } from '../model'
import { selectWanted, type WantedPools } from './wanted-pools'

/** Where a pool's chain of ledger rows ends. */
export interface ChainEnd {
  sequence: number
  hash: Buffer
}

export interface StockReading {
  now: Date
  cities: Map<string, CityRules>
  pools: Map<string, Pool>
  chains: Map<string, ChainEnd>
  /** The pools with a hold whose last moment has passed, whether a payment names it or not. */
  withOverdue: ReadonlySet<PoolKey>
}

/** Reads stock rows and their cities' rules, after the rows were locked by a statement before this one. */
export async function readStock(trx: Trx, wanted: WantedPools): Promise<StockReading> {
  const sent = await sql<StockRow>`${ahead}
    select app_now() as now, c.id as city_id, c.sale_state, c.archived_at is not null as archived, c.hold_minutes,
      i.tier, i.public_limit, i.actual_limit, i.sold, i.held, i.hidden_sale, i.epoch, i.undo_hidden,
      i.last_sequence, i.last_hash, exists (
        select 1 from reservations r
        where r.city_id = i.city_id and r.tier = i.tier and ${overdue('r')}) as overdue
    from (select 1) as always
    left join (
      cities c
      join (${selectWanted(wanted)}) wanted on wanted.city_id = c.id
      left join inventory i on i.city_id = wanted.city_id and i.tier = wanted.tier
    ) on true`.execute(trx)
  const rows = await answerOf(sent)

  const withOverdue = new Set<PoolKey>()
  const reading: StockReading = {
    now: rows[0]?.now ?? new Date(),
    cities: new Map(),
    pools: new Map(),
    chains: new Map(),
    withOverdue,
  }
  for (const row of rows) {
    if (row.city_id === null) continue
    reading.cities.set(row.city_id, {
      saleState: row.sale_state,
      archived: row.archived,
      holdMinutes: row.hold_minutes,
    })
    if (row.tier === null) continue
    const pool: Pool = {
      cityId: row.city_id,
      tier: row.tier,
      publicLimit: row.public_limit,
      actualLimit: row.actual_limit,
      sold: row.sold,
      held: row.held,
      hiddenSale: row.hidden_sale,
      epoch: row.epoch,
      undoHidden: row.undo_hidden,
    }
    reading.pools.set(poolKey(pool), pool)
    if (row.overdue) withOverdue.add(poolKey(pool))
    reading.chains.set(poolKey(pool), { sequence: row.last_sequence, hash: row.last_hash })
  }
  return reading
}

interface StockRow {
  now: Date
  city_id: string | null
  sale_state: CityRules['saleState']
  archived: boolean
  hold_minutes: number
  tier: Tier | null
  public_limit: number
  actual_limit: number
  sold: number
  held: number
  hidden_sale: Pool['hiddenSale']
  epoch: number
  undo_hidden: number | null
  last_sequence: number
  last_hash: Buffer
  overdue: boolean
}
