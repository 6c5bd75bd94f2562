import { type RawBuilder, sql } from 'kysely'
import { rowsOf } from '@/db/rows-of'
import { database } from '@/lib/database'
import { stripe } from './client'
import { isOurs } from './classify-event'
import { isPaid } from './event-commands'
import { sessionFacts, type SessionFacts } from './facts'
import { madeSince, pagesOf } from './pages'

/** Sessions from before the look-back, and as many of sales taken back, that one run asks about. */
const unfinishedAtOnce = 200

/** All sessions of ours that are over, newest first, page by page. */
export function pagesOfOurSessions(since: Date): AsyncGenerator<SessionFacts[]> {
  return pagesOf(ourSessions(since))
}

async function* ourSessions(since: Date): AsyncGenerator<SessionFacts> {
  for await (const session of stripe().checkout.sessions.list(madeSince(since))) {
    const facts = sessionFacts.parse(session)
    if (facts.mode === 'payment' && facts.status !== 'open' && isOurs(facts)) yield facts
  }
}

/** Leaves out the sessions that have been applied to their end. */
export async function newsAmong(page: readonly SessionFacts[]): Promise<SessionFacts[]> {
  // Indexes: payments_session, and the primary key of reservations.
  const { rows } = await sql<{ id: string; decided: boolean; failed: boolean; over: boolean }>`
    select s.id, coalesce(p.state not in ('new', 'awaiting', 'failed'), false) as decided,
      coalesce(p.state = 'failed', false) as failed,
      (r.id is null or r.status = 'sold' or r.session_id <> s.id
        or (r.status in ('released', 'lapsed') and r.session_outcome is not null)) as over
    from ${rowsOf(page, { id: ['text', (one) => one.sessionId], reservation_id: ['text', (one) => one.reservationId] })} s
    left join payments p on p.session_id = s.id
    left join reservations r on r.id = s.reservation_id`.execute(database())
  const known = new Map(rows.map((row) => [row.id, row]))
  return page.filter((facts) => {
    const row = known.get(facts.sessionId)
    if (facts.status === 'expired') return !row?.over
    return !row?.decided && !(row?.failed && !isPaid(facts))
  })
}

/** Notes that Stripe knows these sessions as paid, so that `reportUnknownSales` need not ask about their sales. */
export async function noteCheckedSales(page: readonly SessionFacts[]): Promise<void> {
  const paid = page
    .filter((facts) => facts.status === 'complete' && isPaid(facts))
    .map((facts) => facts.sessionId)
  // Locked by id, as everywhere. Index: payments_session.
  await sql`
    update payments set checked_at = app_now()
    where id in (
      select id from payments
      where session_id = any(${paid}::text[]) and (checked_at is null or checked_at < sold_at)
      order by id for update)`.execute(database())
}

/**
 * Sessions whose payment has been on its way since before the look-back: bank debits take days. Also those of sales that
 * were taken back: their money may come after all. The ones asked about longest ago come first, each at most once an hour,
 * for three months.
 */
export async function takeUnfinishedSessions(since: Date): Promise<string[]> {
  // Index: payments_by_waiting, which `infinity` names.
  const waiting = await takeSessions(sql`p.state in ('new', 'awaiting') and p.created_at < 'infinity'
    and p.created_at < ${since}::timestamptz`)
  // Index: payment_exceptions_taken_back.
  const takenBack = await takeSessions(sql`p.state = 'failed' and p.id in (
    select e.payment_id from payment_exceptions e
    where e.kind = 'unknown_to_stripe' and e.resolution = 'restocked')`)
  return [...waiting, ...takenBack]
}

async function takeSessions(which: RawBuilder<unknown>): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update payments set checked_at = app_now()
    where id in (
      select p.id from payments p
      where ${which} and p.session_id is not null and p.created_at > app_now() - interval '90 days'
        and (p.checked_at is null or p.checked_at < app_now() - interval '1 hour')
      order by p.checked_at nulls first, p.created_at limit ${unfinishedAtOnce}
      for update skip locked)
    returning session_id as id`.execute(database())
  return rows.map((row) => row.id)
}
