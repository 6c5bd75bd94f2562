import { sql } from 'kysely'
import type { ExceptionKind, ExceptionResolution, PaymentState } from '@/db/tables/money'
import { database } from '@/lib/database'
import { disputesTold, isLossUnknown, lostInDisputes } from '@/lib/inventory/lost-in-disputes'
import { keptCents, refundedCents } from '@/lib/inventory/payment-columns'
import { isStorableText } from '@/lib/outside-text'
import { exceptionTitles } from '@/lib/payment-records/exception-kinds'
import type { Tier } from '@/lib/tier'
import type { ExceptionFilter } from './exception-filter'
import { type Resolution, resolutionsOf } from './fitting-resolutions'
import { selectFoundIds } from './found-payment-ids'
import { refundIsOnItsWay } from './refund-on-its-way'
import { isStaleClaim } from './stale-claims'

/** A payment that needs a person, or needed one, with all that the console shows of it. */
export interface PaymentException {
  id: number
  kind: ExceptionKind
  title: string
  /** One whose claim has gone stale is open. */
  state: 'open' | 'resolving' | 'resolved'
  detail: string
  /** As far as it could be read; may name no city of ours. */
  cityId: string | null
  /** Null where it names no city of ours. */
  cityName: string | null
  tier: string | null
  quantity: number | null
  amountCents: number | null
  refundedCents: number
  /** What the lost disputes took that it tells of; 0 for other kinds. */
  lostCents: number
  /** Nobody knows what one of them took. */
  isLossUnknown: boolean
  /** Of how many lost disputes it tells; 0 for other kinds. */
  lostDisputes: number
  currency: string | null
  createdAt: Date
  claimedBy: string | null
  resolution: ExceptionResolution | null
  resolvedBy: string | null
  resolvedAt: Date | null
  reason: string | null
  refundId: string | null
  /** A refund of its payment is at the bank: nothing else can be decided before that has arrived or failed. */
  isRefunding: boolean
  payment: {
    id: string
    state: PaymentState
    paymentIntentId: string | null
    sessionId: string | null
    reservationId: string | null
    /** Where its seats were sold; null where none were. */
    cityName: string | null
    tier: Tier | null
    seatsSold: number
    /** What its money was paid for, where a person gave it another number of seats. */
    seatsPaid: number | null
    seatsReturned: number
    /** Its city was reset since it was sold, and its seats are no longer in stock. */
    isBeforeReset: boolean
    /** What was paid, whatever the exception is about. */
    amountCents: number | null
    /** What was lost in disputes, or kept, as far as its seats were given back. */
    lostCents: number
    /** Of that, what was kept; 0 where nobody knows how much of it a lost dispute took. */
    keptCents: number
    /** The worst of its disputes, whatever the exception is about: open before lost before won. */
    dispute: 'open' | 'won' | 'lost' | null
    email: string | null
  }
  /** What a person can do about it; nothing once it is resolved. */
  resolutions: readonly Resolution[]
}

export interface ExceptionPage {
  /** Newest first. */
  exceptions: PaymentException[]
  /** For the next page; null on the last one. */
  nextCursor: number | null
}

const pageSize = 50

/**
 * A page of exceptions, newest first.
 *
 * @param request.cursor where the page before this one ended
 */
export async function listExceptions(
  request: ExceptionFilter & { cursor?: number | null; limit?: number } = {},
): Promise<ExceptionPage> {
  const { state = 'waiting', search = '', cursor = null, limit = pageSize } = request
  // Index: the primary key; waiting ones are few and have `payment_exceptions_unresolved`.
  const exceptions = await readExceptions(sql`
    ${cursor === null ? sql`true` : sql`e.id < ${cursor}`} and
    ${state === 'all' ? sql`true` : state === 'waiting' ? sql`e.state <> 'resolved'` : sql`e.state = 'resolved'`} and
    ${search.trim() === '' ? sql`true` : isOfFound(search.trim())}
    order by e.id desc limit ${limit + 1}`)
  const page = exceptions.slice(0, limit)
  return { exceptions: page, nextCursor: exceptions.length > limit ? (page.at(-1)?.id ?? null) : null }
}

/** Indexes: those of `selectFoundIds`, then payment_exceptions_by_payment. */
function isOfFound(search: string) {
  return isStorableText(search)
    ? sql<boolean>`e.payment_id = any(array(${selectFoundIds(search)}))`
    : sql<boolean>`false`
}

/** One exception, or null. */
export async function getException(id: number): Promise<PaymentException | null> {
  if (!Number.isSafeInteger(id)) return null
  const [found] = await readExceptions(sql`e.id = ${id}`)
  return found ?? null
}

/**
 * The one that has waited longest: an open one, or, where somebody is at each of them, one of those. Null where
 * none waits.
 */
export async function longestWaiting(): Promise<PaymentException | null> {
  // Index: payment_exceptions_unresolved; those that wait are few.
  const [found] = await readExceptions(sql`e.id = (
    select e.id from payment_exceptions e where e.state <> 'resolved'
    order by (e.state = 'open' or ${isStaleClaim('e')}) desc, e.created_at, e.id limit 1)`)
  return found ?? null
}

/** How many wait, besides this one. */
export async function countOthersWaiting(id: number): Promise<number> {
  // Index: payment_exceptions_unresolved.
  const { rows } = await sql<{ count: number }>`
    select count(*)::int from payment_exceptions where state <> 'resolved' and id <> ${id}`.execute(
    database(),
  )
  return rows[0]?.count ?? 0
}

async function readExceptions(rest: ReturnType<typeof sql>): Promise<PaymentException[]> {
  const { rows } = await sql<Row>`
    select e.id, e.kind, case when stale.claim then 'open' else e.state end as state, e.detail,
      e.city_id as "cityId", named.name as "cityName", e.tier, e.quantity,
      coalesce(e.amount_cents, p.amount_cents) as "amountCents", coalesce(e.currency, p.currency) as currency,
      ${refundedCents('p')} as "refundedCents",
      e.created_at as "createdAt", case when not stale.claim then e.claimed_by end as "claimedBy",
      e.resolution, e.resolved_by as "resolvedBy", e.resolved_at as "resolvedAt",
      case when not stale.claim then e.reason end as reason, e.refund_id as "refundId",
      ${refundIsOnItsWay('e')} as "isRefunding", ${lostInDisputes('e')} as "lostCents",
      ${isLossUnknown('e')} as "isLossUnknown", ${disputesTold('e')} as "lostDisputes",
      p.id as "paymentId", p.state as "paymentState", p.payment_intent_id as "paymentIntentId",
      p.session_id as "sessionId", p.reservation_id as "reservationId", sold_in.name as "soldIn",
      p.tier as "soldTier", p.seats_sold as "seatsSold", p.seats_paid as "seatsPaid",
      p.seats_returned as "seatsReturned",
      coalesce((select i.epoch <> p.epoch from inventory i where i.city_id = p.city_id and i.tier = p.tier), false)
        as "isBeforeReset",
      p.amount_cents as "paidCents", p.lost_cents as "lostBefore", ${keptCents('p')} as "keptCents",
      p.dispute, p.email
    from payment_exceptions e join payments p on p.id = e.payment_id
    cross join lateral (select ${isStaleClaim('e')} as claim offset 0) stale
    left join cities named on named.id = e.city_id
    left join cities sold_in on sold_in.id = p.city_id
    where ${rest}`.execute(database())
  return rows.map(toException)
}

type PaymentPart = PaymentException['payment']
type Row = Omit<PaymentException, 'title' | 'payment' | 'resolutions'> &
  Omit<PaymentPart, 'id' | 'state' | 'cityName' | 'tier' | 'amountCents' | 'lostCents'> & {
    paymentId: string
    paymentState: PaymentState
    soldIn: string | null
    soldTier: Tier | null
    paidCents: number | null
    lostBefore: number
  }

function toException(row: Row): PaymentException {
  const { paymentId, paymentState, paymentIntentId, sessionId, reservationId, seatsSold, ...rest } = row
  const { soldIn, soldTier, seatsPaid, seatsReturned, isBeforeReset, ...others } = rest
  const { paidCents, lostBefore, keptCents, dispute, email, ...exception } = others
  return {
    ...exception,
    title: exceptionTitles[row.kind],
    payment: {
      id: paymentId,
      state: paymentState,
      paymentIntentId,
      sessionId,
      reservationId,
      cityName: soldIn,
      tier: soldTier,
      seatsSold,
      seatsPaid,
      seatsReturned,
      isBeforeReset,
      amountCents: paidCents,
      lostCents: lostBefore,
      keptCents,
      dispute,
      email,
    },
    resolutions: openResolutions(row),
  }
}

function openResolutions({ state, isRefunding, ...row }: Row): readonly Resolution[] {
  if (state === 'resolved') return []
  const fitting = resolutionsOf(row)
  return isRefunding ? fitting.filter((resolution) => resolution === 'refund') : fitting
}
