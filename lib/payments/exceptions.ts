import { sql } from 'kysely'
import type { ExceptionKind } from '@/db/schema'
import type { NewAlert } from '@/lib/alerts/alert'
import { raiseAlerts } from '@/lib/alerts/raise'
import type { Trx } from '@/lib/database'
import { enqueue } from '@/lib/queues/send'
import type { RefundFacts } from '@/lib/stripe/facts'
import { atTheBankSql, hasFailed, hasFailedSql } from './refund-status'
import { loadPaymentSettings } from './settings'

/** A payment that needs a person. */
export interface NewException {
  paymentId: string
  kind: ExceptionKind
  cityId?: string | null
  tier?: string | null
  quantity?: number | null
  amountCents?: number | null
  currency?: string | null
  refundedCents?: number | null
  detail: string
}

/** What each kind is called in alerts and in the console. */
export const exceptionTitles: Record<ExceptionKind, string> = {
  no_seat: 'paid, but no seat is left',
  unknown_city: 'paid for a city that we do not know',
  unreadable: 'paid, but the order cannot be read',
  unknown_session: 'Stripe does not know the session',
  unclear_refund: 'a refund that is no whole number of tickets',
  refund_failed: 'a refund failed and its seats are taken',
  unmatched_refund: 'a refund of a payment that we do not know',
  dispute_lost: 'a dispute was lost',
  unknown_to_stripe: 'sold, but Stripe does not know it as paid',
}

/** Kinds that say a paid session has no seat: the payment then waits for a person and sells nothing by itself. */
export const kindsWithoutSeat: readonly ExceptionKind[] = [
  'no_seat',
  'unknown_city',
  'unreadable',
  'unknown_session',
]

/** Kinds that are over once all the money has gone back. */
export const kindsClosedByRefund: readonly ExceptionKind[] = [
  ...kindsWithoutSeat,
  'unclear_refund',
  'refund_failed',
  'unmatched_refund',
]

interface Opened {
  id: number
  payment_id: string
  kind: ExceptionKind
  city_id: string | null
  amount_cents: number | null
  detail: string
}

/**
 * Opens exceptions in the caller's transaction, each with its alert, and with the job that refunds it where the
 * settings say so. One that is open already is left as it is, and so is one that was dismissed at the same amount
 * refunded, as long as no refund of its payment has ended since; and the want of a seat where the same transaction found
 * one after all. The payment rows must be locked.
 *
 * @returns the ids of those really opened
 */
export async function openExceptions(trx: Trx, exceptions: readonly NewException[]): Promise<number[]> {
  if (exceptions.length === 0) return []
  const opened = await insert(trx, exceptions)
  if (opened.length === 0) return []
  await sql`
    update payments set state = 'exception', updated_at = app_now()
    where id = any(${opened.filter(leavesNoSeat).map((one) => one.payment_id)}::text[])
      and seats_sold = 0`.execute(trx)
  const refunding = await refundAtOnce(trx, opened)
  await raiseAlerts(
    trx,
    opened.map((one) => ({
      kind: 'exception' as const,
      ...(one.city_id !== null && { cityId: one.city_id }),
      exceptionId: one.id,
      paymentId: one.payment_id,
      subject: `A payment needs a person: ${exceptionTitles[one.kind]}`,
      body: `${one.detail}. ${refunding.has(one.id) ? 'It is refunded at once, as the settings say' : 'It waits in the console'}: exception ${one.id}.`,
    })),
  )
  return opened.map((one) => one.id)
}

// Indexes: payment_exceptions_by_payment, the primary key of payments, refunds_by_payment_intent.
async function insert(trx: Trx, exceptions: readonly NewException[]): Promise<Opened[]> {
  const column = <T>(pick: (one: NewException) => T): T[] => exceptions.map(pick)
  const { rows } = await sql<Opened>`
    insert into payment_exceptions
      (payment_id, kind, city_id, tier, quantity, amount_cents, currency, refunded_cents, detail)
    select new.* from unnest(${column((one) => one.paymentId)}::text[], ${column((one) => one.kind)}::text[],
      ${column((one) => one.cityId ?? null)}::text[], ${column((one) => one.tier ?? null)}::text[],
      ${column((one) => one.quantity ?? null)}::int[], ${column((one) => one.amountCents ?? null)}::bigint[],
      ${column((one) => one.currency ?? null)}::text[], ${column((one) => one.refundedCents ?? null)}::bigint[],
      ${column((one) => one.detail.slice(0, 1_000))}::text[])
      as new (payment_id, kind, city_id, tier, quantity, amount_cents, currency, refunded_cents, detail)
    where not exists (
      select 1 from payment_exceptions known
      where known.payment_id = new.payment_id and known.kind = new.kind and known.resolution = 'dismissed'
        and known.refunded_cents is not distinct from new.refunded_cents
        and (new.refunded_cents is null or not exists (
          select 1 from payments p join refunds r on r.payment_intent_id = p.payment_intent_id
          where p.id = new.payment_id and not ${atTheBankSql('r')}
            and r.updated_at > known.resolved_at)))
    and not (new.kind = any(${[...kindsWithoutSeat]}::text[]) and exists (
      select 1 from payments sold where sold.id = new.payment_id and sold.seats_sold > 0))
    on conflict (payment_id, kind) where state <> 'resolved' do nothing
    returning id, payment_id, kind, city_id, amount_cents, detail`.execute(trx)
  return rows
}

/** A refund that failed leaves its payment without a seat only where there never was one; the SQL looks. */
function leavesNoSeat({ kind }: Opened): boolean {
  return kindsWithoutSeat.includes(kind) || kind === 'refund_failed'
}

/** @returns the ids of the exceptions that a job now refunds */
async function refundAtOnce(trx: Trx, opened: readonly Opened[]): Promise<Set<number>> {
  const wanting = opened
    .filter((one) => one.kind === 'no_seat' && (one.amount_cents ?? 0) > 0)
    .map((one) => one.id)
  if (wanting.length === 0 || (await loadPaymentSettings(trx)).noSeat !== 'refund') return new Set()
  await enqueue(
    trx,
    'refunds',
    wanting.map((exceptionId) => ({ exceptionId, step: 'refund' as const })),
  )
  return new Set(wanting)
}

/**
 * Closes unresolved exceptions of some kinds that have settled themselves: a refund that now fits, for instance.
 * One that somebody has claimed, and whose refund is what settles it, stays theirs. Where somebody asked for a refund
 * that is at the bank, or has failed there, nothing but all the money gone back settles it.
 */
export async function settleExceptions(
  trx: Trx,
  kinds: readonly ExceptionKind[],
  paymentIds: readonly string[],
  resolution: 'settled' | 'refunded',
): Promise<void> {
  if (paymentIds.length === 0) return
  await sql`
    update payment_exceptions e
    set state = 'resolved', resolution = ${resolution}, resolved_by = coalesce(claimed_by, 'system'),
      resolved_at = app_now()
    where payment_id = any(${[...paymentIds]}::text[]) and kind = any(${[...kinds]}::text[])
      and state <> 'resolved' and (${resolution === 'refunded'} or not exists (
        select 1 from refunds own where own.id = e.refund_id and own.status <> 'succeeded'))`.execute(trx)
}

/**
 * Tells of refunds that have failed at the bank while their payment waits for a person, whoever made them, once no
 * refund of it is left there; exceptions that waited for a refund are open again for whoever comes next. Where one was
 * closed by that refund, or dismissed without a seat, and no other exception tells of its payment since, only an alert
 * does.
 *
 * @param refunds that there is news of: one that arrives may be what an earlier failure had to wait for
 */
export async function reopenExceptions(trx: Trx, refunds: readonly RefundFacts[]): Promise<void> {
  if (refunds.length === 0) return
  const failures = await failedWhileWaiting(
    trx,
    refunds.map(({ refundId }) => refundId),
  )
  if (failures.length > 0)
    await sql`
      update payment_exceptions set state = 'open', claimed_by = null, claimed_at = null, reason = null
      where id = any(${failures.map(({ id }) => id)}::bigint[]) and state = 'resolving'
        and refund_id is not null`.execute(trx)
  const alerts = new Map(failures.map((failure) => [failure.refundId, failure]))
  await raiseAlerts(
    trx,
    [...alerts.values()].map(({ id, paymentId, refundId }) => ({
      kind: 'exception' as const,
      // News of one failure comes more than once.
      key: `refund-failed:${refundId}`,
      exceptionId: id,
      paymentId,
      subject: refundFailed,
      body: `The payment of exception ${id} still needs a person. It waits in the console.`,
    })),
  )
  const failed = refunds.filter(hasFailed).map(({ refundId }) => refundId)
  if (failed.length > 0) await raiseAlerts(trx, await closedInVain(trx, failed))
}

interface FailedRefund {
  /** The exception's. */
  id: number
  paymentId: string
  refundId: string
}

/** A failure that opened the exception itself has been told by that. */
async function failedWhileWaiting(trx: Trx, refundIds: readonly string[]): Promise<FailedRefund[]> {
  // Indexes: the primary key of refunds, payments_payment_intent, payment_exceptions_by_payment,
  // refunds_by_payment_intent.
  const { rows } = await sql<FailedRefund>`
    select distinct e.id, e.payment_id as "paymentId", failed.id as "refundId"
    from refunds news
    join payments p on p.payment_intent_id = news.payment_intent_id
    join payment_exceptions e on e.payment_id = p.id and e.state <> 'resolved'
      and e.kind = any(${[...kindsClosedByRefund]}::text[])
    join refunds failed on failed.payment_intent_id = p.payment_intent_id
      and ${hasFailedSql('failed')} and failed.updated_at > e.created_at
    where news.id = any(${[...refundIds]}::text[]) and not exists (
      select 1 from refunds way where way.payment_intent_id = p.payment_intent_id and ${atTheBankSql('way')})
    order by e.id desc`.execute(trx)
  return rows
}

const refundFailed = 'A refund has failed at the bank'

async function closedInVain(trx: Trx, failedRefundIds: readonly string[]): Promise<NewAlert[]> {
  // Indexes: the primary key of refunds, payments_payment_intent, payment_exceptions_by_payment,
  // refunds_by_payment_intent.
  const { rows } = await sql<{ id: number; refundId: string }>`
    select e.id, r.id as "refundId"
    from refunds r
    join payments p on p.payment_intent_id = r.payment_intent_id
    join payment_exceptions e on e.payment_id = p.id and e.state = 'resolved'
      and (e.refund_id = r.id or (e.resolution = 'dismissed' and p.state = 'dismissed')
        or (e.resolution = 'refunded' and p.amount_cents > (
          select coalesce(sum(back.amount_cents), 0) from refunds back
          where back.payment_intent_id = p.payment_intent_id and back.status = 'succeeded')))
    where r.id = any(${[...failedRefundIds]}::text[]) and not exists (
      select 1 from payment_exceptions told
      where told.payment_id = p.id and (told.state <> 'resolved' or told.id > e.id))`.execute(trx)
  return rows.map(({ id, refundId }) => ({
    kind: 'exception',
    // News of one failure comes more than once.
    key: `refund-failed:${refundId}`,
    exceptionId: id,
    subject: refundFailed,
    body: `The money did not go back after all, and exception ${id} is closed. Look at its payment in the console.`,
  }))
}
