import { sql } from 'kysely'
import type { HiddenSale } from '@/db/schema'
import { type Connection, database } from '@/lib/database'
import { isStorableText } from '@/lib/outside-text'
import type { Tier } from '@/lib/tier'
import { type PoolFigures, publicAvailable } from './availability'
import type { CityRules } from './model'
import { overdueUnclaimed } from './reservation-rows'

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
 * Reads the stock of all cities that are not archived, or of one city whatever its state, in order of date.
 * An overdue hold is left out without anybody writing, so seats come back though every worker is dead.
 */
export async function readFigures({ cityId, tier, connection = database() }: FiguresQuery = {}): Promise<
  Figures[]
> {
  if (cityId !== undefined && !isStorableText(cityId)) return []
  // Indexes: inventory's key, and reservations_by_pool for the overdue.
  const { rows } = await sql<Figures & { heldBefore: number; lapsedAt: Date | null }>`
    select i.city_id as "cityId", i.tier, i.public_limit as "publicLimit", i.actual_limit as "actualLimit", i.sold,
      i.held - coalesce(lapsed.seats, 0)::int as held, i.held as "heldBefore", i.hidden_sale as "hiddenSale", i.epoch,
      c.sale_state as "saleState", c.archived_at is not null as archived, c.starts_on as "startsOn",
      greatest(i.updated_at, lapsed.at) as "updatedAt", i.public_changed_at as "publicChangedAt", lapsed.at as "lapsedAt"
    from inventory i
    join cities c on c.id = i.city_id
    left join lateral (
      select sum(r.quantity) as seats, max(r.lapses_at) as at from reservations r
      where i.held > 0 and r.city_id = i.city_id and r.tier = i.tier and ${overdueUnclaimed('r')}) lapsed on true
    where ${cityId === undefined ? sql`c.archived_at is null` : sql`i.city_id = ${cityId}`}
      and ${tier === undefined ? sql`true` : sql`i.tier = ${tier}`}
    order by c.starts_on, c.id, i.tier`.execute(connection)
  return rows.map(({ heldBefore, lapsedAt, ...figures }) => {
    // A hold of hidden seats comes to its end without a trace in what customers see.
    const isSeen = publicAvailable(figures) !== publicAvailable({ ...figures, held: heldBefore })
    const times = [figures.publicChangedAt, isSeen ? lapsedAt : null].map((at) => at?.getTime() ?? 0)
    return { ...figures, publicChangedAt: new Date(Math.max(...times)) }
  })
}

/** One pool's figures, or null for an unknown city or tier. */
export async function readPoolFigures(cityId: string, tier: Tier): Promise<Figures | null> {
  return (await readFigures({ cityId, tier }))[0] ?? null
}

/** When the next hold lapses by itself, which changes what readers see without any write; null: none is held. */
export async function readNextLapse(connection: Connection = database()): Promise<Date | null> {
  // Index: reservations_by_lapse.
  const { rows } = await sql<{ at: Date | null }>`
    select min(lapses_at) as at from reservations
    where status = 'held' and lapses_at > app_now() and lapses_at < 'infinity'`.execute(connection)
  return rows[0]?.at ?? null
}
