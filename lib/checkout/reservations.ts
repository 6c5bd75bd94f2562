import { sql } from 'kysely'
import type { ReservationStatus } from '@/db/tables/stock'
import { database } from '@/lib/database'
import { keepableMinutes } from '@/lib/inventory/decide/hold-terms'
import type { Tier } from '@/lib/tier'
import type { Wanted } from './wanted'

/** A reservation as the checkout sees it. */
export interface CheckoutReservation {
  id: string
  cityId: string
  tier: Tier
  quantity: number
  status: ReservationStatus
  /** Why its seats went back; null where they did not. */
  closedBecause: string | null
  email: string | null
  visitorHash: string | null
  linkId: string | null
  /**
   * What its page asks for, in the smallest unit. For a price that Stripe keeps: the amount that our prices have
   * beside it.
   */
  amountCents: number | null
  currency: string | null
  /** The price at Stripe that its page names. */
  stripePriceId: string | null
  /** When it must be paid. Earlier than first planned if its page has ended. */
  expiresAt: Date
  /** Every hold that replaces this one ends by this moment. */
  keepableUntil: Date
  /** Seconds until then; negative after it. */
  secondsKeepable: number
  /** Its time is over, even if the sweep has not come by yet, or its page has ended. */
  isOver: boolean
  /**
   * `under_way`: a process is ending its page. `broken_off`: a process began to, and did not finish, so the page
   * may be closed.
   */
  closing: 'under_way' | 'broken_off' | null
  /** Seconds until its time is over; negative after it. */
  secondsLeft: number
  sessionRequest: Record<string, unknown> | null
  sessionExpiresAt: Date | null
  sessionId: string | null
  sessionUrl: string | null
}

/** A reservation, whatever became of it. */
export async function findReservation(id: string): Promise<CheckoutReservation | null> {
  return readWhere(sql`id = ${id}`)
}

/** A visitor's hold in a city that has not lapsed. There is at most one. */
export async function findVisitorsHold(cityId: string, hash: string): Promise<CheckoutReservation | null> {
  // Index: reservations_one_live_hold.
  return readWhere(sql`visitor_hash = ${hash} and city_id = ${cityId} and status = 'held' and extends is null
    and lapses_at > app_now()`)
}

/** Whether a hold is what a buyer wants now, at the price that is asked now. */
export function isWanted(hold: CheckoutReservation, wanted: Wanted): boolean {
  const price = wanted.city.prices[wanted.tier]
  return (
    hold.tier === wanted.tier &&
    hold.quantity === wanted.quantity &&
    hold.email === wanted.email &&
    hold.linkId === wanted.linkId &&
    hold.amountCents === wanted.quantity * price.amountCents &&
    hold.currency === price.currency &&
    // Stripe decides what is asked for a price that it keeps, so another one there may be another amount.
    hold.stripePriceId === price.stripePriceId
  )
}

/** Notes the session that Stripe made for a reservation. It keeps its first one, for life. */
export async function noteSession(id: string, session: { id: string; url: string | null }): Promise<void> {
  await database()
    .updateTable('reservations')
    .set({ session_id: session.id, session_url: session.url })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('session_id', 'is', null), eb('session_id', '=', session.id)]))
    .execute()
}

/** A process that ends a page has this long before another one may try, or the seats may be freed. */
export const leaseSeconds = 120

/**
 * Keeps a hold's seats for the process that is about to end its page. Until that has decided, or its lease is over,
 * Stripe's event that the page has ended frees no seats. To be committed before Stripe is asked.
 */
export async function leaseToClose(id: string): Promise<void> {
  await sql`update reservations set lease_until = app_now() + make_interval(secs => ${leaseSeconds})
    where id = ${id} and status = 'held'`.execute(database())
}

/**
 * Until when a hold's buyer can keep seats by changing it. A row of an earlier release has no such moment: it can
 * be kept for an hour after it expires.
 */
const keepableUntil = `coalesce(keepable_until, expires_at + interval '${keepableMinutes} minutes')`

/** The columns of a `CheckoutReservation`, named as its fields. */
export const reservationColumns = sql.raw(
  `id, city_id as "cityId", tier, quantity, status, closed_because as "closedBecause", email,
   visitor_hash as "visitorHash", link_id as "linkId",
   amount_cents as "amountCents", currency, session_request #>> '{line_items,0,price}' as "stripePriceId",
   least(expires_at, lapses_at) as "expiresAt", expires_at <= app_now() or session_outcome is not null as "isOver",
   case when lease_until > app_now() then 'under_way' when lease_until is not null then 'broken_off' end as "closing",
   (extract(epoch from least(expires_at, lapses_at)) - extract(epoch from app_now()))::float8 as "secondsLeft",
   ${keepableUntil} as "keepableUntil",
   (extract(epoch from ${keepableUntil}) - extract(epoch from app_now()))::float8 as "secondsKeepable",
   session_request as "sessionRequest", session_expires_at as "sessionExpiresAt", session_id as "sessionId",
   session_url as "sessionUrl"`,
)

async function readWhere(where: ReturnType<typeof sql>): Promise<CheckoutReservation | null> {
  const { rows } =
    await sql<CheckoutReservation>`select ${reservationColumns} from reservations where ${where}`.execute(
      database(),
    )
  return rows[0] ?? null
}
