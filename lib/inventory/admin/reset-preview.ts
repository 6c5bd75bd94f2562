import { sql } from 'kysely'
import { database } from '@/lib/database'
import { isStorableText } from '@/lib/outside-text'
import type { Tier } from '@/lib/tier'

/** What a reset of a city would do, and what undoing its latest one would. All figures are seats, unless said otherwise. */
export interface ResetPreview {
  cityId: string
  cityName: string
  /** The number of resets so far: pass it on as `expectedEpoch`. */
  epoch: number
  /** Sold seats that a reset would no longer count. */
  soldSeats: number
  /** How many payments those seats belong to. */
  payments: number
  /** Seats beyond the public limits that a reset would take away. */
  hiddenSeats: number
  /** Seats that are missing from the public limits, which a reset would bring back. */
  returningSeats: number
  /** Seats of all reservations that a reset would free. */
  heldSeats: number
  /** How many checkouts it would end, and their seats. */
  openCheckouts: number
  checkoutSeats: number
  /** How many bank debits are on the way, and their seats. Nobody can stop a debit, so its money may still come. */
  delayedPayments: number
  delayedSeats: number
  /** How many paid orders wait for an admin's decision, and the seats that are kept for them. */
  undecidedPayments: number
  undecidedSeats: number
  /**
   * How each tier would be after an undo of the latest reset. Another reset ends that possibility. Null: nothing to undo.
   */
  undo: UndoPreview[] | null
}

/** A tier after an undo. */
export interface UndoPreview {
  tier: Tier
  sold: number
  held: number
  actualLimit: number
  /** Whether sold and held seats stay within the limit. If not, the undo would be refused. */
  fits: boolean
}

/** Looks at what a reset, or its undo, would change. Null for an unknown city. */
export async function previewReset(cityId: string): Promise<ResetPreview | null> {
  if (!isStorableText(cityId)) return null
  // One statement, so that the numbers belong together. Indexes: payments_by_pool_and_seats, reservations_by_pool,
  // and payments_session for reservations in `awaiting`, whose payment may be in exception. `offset 0` makes
  // PostgreSQL look up each reservation's payment once.
  const { rows } = await sql<TierRow>`
    select c.name, i.tier, i.epoch, i.public_limit as "publicLimit", i.actual_limit as "actualLimit", i.sold, i.held,
      i.undo_hidden as "undoHidden", now.payments, coalesce(earlier.seats, 0) as "earlierSeats", open.*
    from inventory i
    join cities c on c.id = i.city_id
    cross join lateral (
      select count(*)::int as payments from payments
      where city_id = i.city_id and tier = i.tier and epoch = i.epoch and seats_sold > seats_returned) now
    cross join lateral (
      select sum(seats_sold - seats_returned)::int as seats from payments
      where city_id = i.city_id and tier = i.tier and epoch = i.epoch - 1) earlier
    cross join lateral (
      select count(*) filter (where what = 'checkout')::int as checkouts,
        coalesce(sum(quantity) filter (where what = 'checkout'), 0)::int as "checkoutSeats",
        count(*) filter (where what = 'delayed')::int as "delayedPayments",
        coalesce(sum(quantity) filter (where what = 'delayed'), 0)::int as "delayedSeats",
        count(*) filter (where what = 'undecided')::int as "undecidedPayments",
        coalesce(sum(quantity) filter (where what = 'undecided'), 0)::int as "undecidedSeats"
      from (
        select r.quantity, case when r.status = 'held' then 'checkout'
          when exists (select 1 from payments p where p.session_id = r.session_id and p.state = 'exception')
          then 'undecided' else 'delayed' end as what
        from reservations r
        where r.city_id = i.city_id and r.tier = i.tier and r.status in ('held', 'awaiting')
          and r.lapses_at >= '-infinity'
        offset 0) live) open
    where i.city_id = ${cityId}
    order by i.tier`.execute(database())
  const first = rows[0]
  if (!first) return null
  const sum = (pick: (row: TierRow) => number) => rows.reduce((total, row) => total + pick(row), 0)
  const undone = rows.filter((row) => row.undoHidden !== null)
  return {
    cityId,
    cityName: first.name,
    epoch: Math.max(...rows.map((row) => row.epoch)),
    soldSeats: sum((row) => row.sold),
    payments: sum((row) => row.payments),
    hiddenSeats: sum((row) => Math.max(0, row.actualLimit - row.publicLimit)),
    returningSeats: sum((row) => Math.max(0, row.publicLimit - row.actualLimit)),
    heldSeats: sum((row) => row.held),
    openCheckouts: sum((row) => row.checkouts),
    checkoutSeats: sum((row) => row.checkoutSeats),
    delayedPayments: sum((row) => row.delayedPayments),
    delayedSeats: sum((row) => row.delayedSeats),
    undecidedPayments: sum((row) => row.undecidedPayments),
    undecidedSeats: sum((row) => row.undecidedSeats),
    undo: undone.length > 0 ? undone.map(afterUndo) : null,
  }
}

interface TierRow {
  name: string
  tier: Tier
  epoch: number
  publicLimit: number
  actualLimit: number
  sold: number
  held: number
  undoHidden: number | null
  payments: number
  earlierSeats: number
  checkouts: number
  checkoutSeats: number
  delayedPayments: number
  delayedSeats: number
  undecidedPayments: number
  undecidedSeats: number
}

function afterUndo(row: TierRow): UndoPreview {
  const sold = row.sold + row.earlierSeats
  const actualLimit = row.actualLimit + (row.undoHidden ?? 0)
  return { tier: row.tier, sold, held: row.held, actualLimit, fits: sold + row.held <= actualLimit }
}
