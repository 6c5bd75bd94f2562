import { sql } from 'kysely'
import type { HiddenSale } from '@/db/tables/stock'
import { type Connection, database } from '@/lib/database'
import { isStorableText } from '@/lib/outside-text'
import { type PerTier, perTier, type Tier } from '@/lib/tier'
import type { PoolFigures } from './availability'
import type { CityRules } from './model'
import { latest, type OverdueHold, seenOf } from './overdue-holds'
import { overdue, seenOverdue } from './overdue-sql'

/** A stock row as readers see it: holds whose last moment has passed are no longer counted. */
export interface Figures extends PoolFigures {
  cityId: string
  tier: Tier
  saleState: CityRules['saleState']
  archived: boolean
  /** The city's first day, `YYYY-MM-DD`. */
  startsOn: string
  hiddenSale: HiddenSale
  epoch: number
  /** When the row last changed. */
  updatedAt: Date
  /** When the number that customers see last changed. */
  publicChangedAt: Date
}

export interface FiguresQuery {
  cityId?: string
  tier?: Tier
  /** A transaction to read in; the process's pool by default. */
  connection?: Connection
}

/**
 * Reads the stock of all cities that are not archived, or of one city whatever its state, in order of date. An
 * overdue hold is left out without a write, so its seats come back though every worker is dead.
 */
export async function readFigures({ cityId, tier, connection = database() }: FiguresQuery = {}): Promise<
  Figures[]
> {
  if (cityId !== undefined && !isStorableText(cityId)) return []
  // Indexes: inventory's key, reservations_by_pool for the overdue, and those of `seenOverdue`.
  const { rows } = await sql<FiguresRow>`
    select i.city_id as "cityId", i.tier, i.public_limit as "publicLimit", i.actual_limit as "actualLimit", i.sold,
      i.held, i.hidden_sale as "hiddenSale", i.epoch,
      c.sale_state as "saleState", c.archived_at is not null as archived, c.starts_on as "startsOn",
      i.updated_at as "updatedAt", i.public_changed_at as "publicChangedAt",
      overdue.quantities, overdue.lapsed_at as "lapsedAt", overdue.kept_since as "keptSince"
    from inventory i
    join cities c on c.id = i.city_id
    left join lateral (
      select array_agg(r.quantity) as quantities, array_agg(clock.lapsed_at) as lapsed_at,
        array_agg(clock.kept_since) as kept_since
      from reservations r cross join lateral (${seenOverdue('r')}) clock
      where i.held > 0 and r.city_id = i.city_id and r.tier = i.tier and ${overdue('r')}) overdue on true
    where ${cityId === undefined ? sql`c.archived_at is null` : sql`i.city_id = ${cityId}`}
      and ${tier === undefined ? sql`true` : sql`i.tier = ${tier}`}
    order by c.starts_on, c.id, i.tier`.execute(connection)
  return rows.map(toFigures)
}

interface FiguresRow extends Figures {
  /** Of the overdue holds, one after the other; null: there is none. */
  quantities: number[] | null
  lapsedAt: Date[] | null
  keptSince: (Date | null)[] | null
}

function toFigures({ quantities, lapsedAt, keptSince, ...row }: FiguresRow): Figures {
  const holds = (lapsedAt ?? []).map((at, index): OverdueHold => {
    return { quantity: quantities?.[index] ?? 0, lapsedAt: at, keptSince: keptSince?.[index] ?? null }
  })
  const { held, movedAt, publicMovedAt } = seenOf(row, holds)
  return {
    ...row,
    held,
    updatedAt: latest(row.updatedAt, movedAt),
    publicChangedAt: latest(row.publicChangedAt, publicMovedAt),
  }
}

/** One pool's figures, or null for an unknown city or tier. */
export async function readPoolFigures(cityId: string, tier: Tier): Promise<Figures | null> {
  return (await readFigures({ cityId, tier }))[0] ?? null
}

/** Something of each tier's stock row; `missing` where a city has none. */
export function figurePerTier<T>(
  pools: readonly Figures[],
  pick: (pool: Figures) => T,
  missing: T,
): PerTier<T> {
  return perTier((tier) => {
    const pool = pools.find((one) => one.tier === tier)
    return pool ? pick(pool) : missing
  })
}

/** When the next hold lapses by itself: readers then see other numbers without any write. Null if none is held. */
export async function readNextLapse(connection: Connection): Promise<Date | null> {
  // Index: reservations_by_lapse.
  const { rows } = await sql<{ at: Date | null }>`
    select min(lapses_at) as at from reservations
    where status = 'held' and lapses_at > app_now() and lapses_at < 'infinity'`.execute(connection)
  return rows[0]?.at ?? null
}
