import { sql } from 'kysely'
import { rowsOf } from '@/db/rows-of'
import type { ExceptionKind } from '@/db/tables/money'
import { attemptAlerts } from '@/lib/alerts/attempt'
import { raiseAlerts } from '@/lib/alerts/raise'
import type { Trx } from '@/lib/database'
import { enqueue } from '@/lib/queues/send'
import { exceptionTitles, kindsWithoutSeat, leavesNoSeat } from './exception-kinds'
import { atTheBankSql } from './refund-status'
import { loadPaymentSettings } from './settings'

/** A payment that needs an admin's decision. */
export interface NewException {
  paymentId: string
  kind: ExceptionKind
  cityId?: string | null
  tier?: string | null
  quantity?: number | null
  amountCents?: number | null
  currency?: string | null
  refundedCents?: number | null
  /** The dispute that was lost. */
  disputeId?: string
  detail: string
}

interface Opened {
  id: number
  payment_id: string
  kind: ExceptionKind
  city_id: string | null
  amount_cents: number | null
  detail: string
}

/**
 * Opens exceptions in the caller's transaction, each with its alert, and with the job that refunds it if the
 * settings say so. The payment rows must be locked. These are not opened:
 * - one of a payment that has an unresolved exception of the same kind;
 * - one that an admin dismissed at the same refunded amount, unless a refund of the payment has ended since; or, likewise,
 *   one about an unclear refund where an admin has said how many seats the payment gets or gives back;
 * - one about a lost dispute that a resolved exception told of already;
 * - one about a missing seat if the payment has been sold, as by the same transaction.
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
  const alerts = opened.map((one) => ({
    kind: 'exception' as const,
    ...(one.city_id !== null && { cityId: one.city_id }),
    exceptionId: one.id,
    paymentId: one.payment_id,
    subject: `A payment needs a person: ${exceptionTitles[one.kind]}`,
    body: `${one.detail}. ${refunding.has(one.id) ? 'It is refunded at once, as the settings say' : 'It waits in the console'}: exception ${one.id}.`,
  }))
  // Without its alert it still waits in the console; without the exception nobody would learn of the payment.
  await attemptAlerts(trx, async () => void (await raiseAlerts(trx, alerts)))
  return opened.map((one) => one.id)
}

// Indexes: payment_exceptions_by_payment, the primary key of payments, refunds_by_payment_intent.
async function insert(trx: Trx, exceptions: readonly NewException[]): Promise<Opened[]> {
  const { rows } = await sql<Opened>`
    insert into payment_exceptions
      (payment_id, kind, city_id, tier, quantity, amount_cents, currency, refunded_cents, detail)
    select new.payment_id, new.kind, new.city_id, new.tier, new.quantity, new.amount_cents, new.currency,
      new.refunded_cents, new.detail
    from ${rowsOf(exceptions, {
      payment_id: ['text', (one) => one.paymentId],
      kind: ['text', (one) => one.kind],
      city_id: ['text', (one) => one.cityId],
      tier: ['text', (one) => one.tier],
      quantity: ['int', (one) => one.quantity],
      amount_cents: ['bigint', (one) => one.amountCents],
      currency: ['text', (one) => one.currency],
      refunded_cents: ['bigint', (one) => one.refundedCents],
      detail: ['text', (one) => one.detail.slice(0, 1_000)],
      dispute_id: ['text', (one) => one.disputeId],
    })} new
    where not exists (
      select 1 from payment_exceptions known
      where known.payment_id = new.payment_id
        and known.refunded_cents is not distinct from new.refunded_cents
        and case when new.kind = 'dispute_lost'
          then known.kind = new.kind and known.state = 'resolved'
            and (known.detail = new.detail or known.further_disputes ? new.dispute_id)
          else known.kind = new.kind and known.resolution = 'dismissed'
            or new.kind = 'unclear_refund' and known.resolution in ('assigned', 'restocked') end
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
 * Closes unresolved exceptions that have settled themselves, as when the payment's refunds now fit. If an admin has
 * claimed one, it is closed in that admin's name. If its own refund is at the bank, or has failed there, it is
 * closed only once all the money has gone back.
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
