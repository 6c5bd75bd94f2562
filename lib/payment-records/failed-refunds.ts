import { sql } from 'kysely'
import type { NewAlert } from '@/lib/alerts/alert'
import { attemptAlerts } from '@/lib/alerts/attempt'
import { raiseAlerts } from '@/lib/alerts/raise'
import type { Trx } from '@/lib/database'
import { refundedCents } from '@/lib/inventory/payment-columns'
import { kindsClosedByRefund } from './exception-kinds'
import type { RefundNews } from './refund-rows'
import { atTheBankSql, hasFailed, hasFailedSql } from './refund-status'

/**
 * Follows up on refunds that have failed at the bank, whoever made them, while their payment waits for an admin.
 * Once no refund of the payment is left at the bank, an alert tells of each failure, and exceptions that waited for
 * a refund are open again for the next admin. An exception stays closed if that refund closed it, if it was dismissed
 * without a seat, or if it was closed with fewer seats than were paid for, whose money is now owed again. Then an alert
 * tells of the failure, unless a later exception tells of the payment.
 *
 * @param refunds that there is news of. One that arrives counts, too: an earlier failure may have had to wait for it
 */
export async function reopenExceptions(trx: Trx, refunds: readonly RefundNews[]): Promise<void> {
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
  const failed = refunds.filter(hasFailed).map(({ refundId }) => refundId)
  if (failures.length === 0 && failed.length === 0) return
  await attemptAlerts(trx, async () => {
    await raiseAlerts(trx, stillWaiting(failures))
    if (failed.length > 0) await raiseAlerts(trx, await closedInVain(trx, failed))
  })
}

interface FailedRefund {
  /** The exception's. */
  id: number
  paymentId: string
  refundId: string
}

/** Failures to tell of. One that opened the exception itself is left out: the exception has told of it. */
async function failedWhileWaiting(trx: Trx, refundIds: readonly string[]): Promise<FailedRefund[]> {
  // Indexes: the primary key of refunds, payments_payment_intent, payment_exceptions_by_payment or _unresolved,
  // refunds_by_payment_intent. `offset 0` makes PostgreSQL look up each payment's exceptions: as a join it would
  // read all that wait.
  const { rows } = await sql<FailedRefund>`
    select distinct e.id, e.payment_id as "paymentId", failed.id as "refundId"
    from refunds news
    join payments p on p.payment_intent_id = news.payment_intent_id
    cross join lateral (
      select id, payment_id, created_at from payment_exceptions
      where payment_id = p.id and state <> 'resolved' and kind = any(${[...kindsClosedByRefund]}::text[])
      offset 0) e
    join refunds failed on failed.payment_intent_id = p.payment_intent_id
      and ${hasFailedSql('failed')} and failed.updated_at > e.created_at
    where news.id = any(${[...refundIds]}::text[]) and not exists (
      select 1 from refunds way where way.payment_intent_id = p.payment_intent_id and ${atTheBankSql('way')})
    order by e.id desc`.execute(trx)
  return rows
}

function stillWaiting(failures: readonly FailedRefund[]): NewAlert[] {
  const byRefund = new Map(failures.map((failure) => [failure.refundId, failure]))
  return [...byRefund.values()].map(({ id, paymentId, refundId }) => ({
    kind: 'exception',
    // News of one failure comes more than once.
    key: `refund-failed:${refundId}`,
    exceptionId: id,
    paymentId,
    subject: refundFailed,
    body: `The payment of exception ${id} still needs a person. It waits in the console.`,
  }))
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
        or (e.resolution = 'refunded' and p.amount_cents - p.lost_cents > ${refundedCents('p')})
        or (e.resolution = 'assigned' and p.seats_paid > p.seats_sold
          and (p.lost_cents + ${refundedCents('p')}) * p.seats_paid < p.amount_cents * (p.seats_paid - p.seats_sold)))
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
