import { sql } from 'kysely'
import { rowsOf } from '@/db/rows-of'
import type { NewAlert } from '@/lib/alerts/alert'
import { attemptAlerts } from '@/lib/alerts/attempt'
import { raiseAlerts } from '@/lib/alerts/raise'
import type { Trx } from '@/lib/database'
import type { Payment } from '@/lib/inventory/model'
import type { NewException } from '@/lib/payment-records/exceptions'
import { whatToDo } from './dispute-ends'
import { effectOfSession } from './event-commands'
import type { DisputeFacts } from './facts'
import type { Plan } from './plan'
import { lostDetail, type Verdict } from './verdict'

/** A plan that was applied, with its payment as it was before. */
export interface Judged {
  plan: Plan
  verdict: Verdict
  payment: Payment | null
}

/**
 * Records amount and buyer of a payment without a sale: refunds and admins need them. A payment whose money had
 * gone back before it could be placed is closed as refunded.
 */
export async function recordMoney(trx: Trx, judged: readonly Judged[]): Promise<void> {
  const rows = judged.flatMap(({ plan, verdict, payment }) => {
    const { facts } = plan.news
    if (!payment || facts.kind !== 'session' || !(verdict.exception || verdict.moneyBack)) return []
    return [{ id: payment.id, facts, isBack: verdict.moneyBack === true }]
  })
  if (rows.length === 0) return
  await sql`
    update payments p set amount_cents = coalesce(p.amount_cents, paid.amount_cents),
      currency = coalesce(p.currency, paid.currency), email = coalesce(p.email, paid.email),
      state = case when paid.is_back then 'refunded' else p.state end
    from ${rowsOf(rows, {
      id: ['text', ({ id }) => id],
      amount_cents: ['bigint', ({ facts }) => facts.amountTotal],
      currency: ['text', ({ facts }) => facts.currency],
      email: ['text', ({ facts }) => facts.email],
      is_back: ['boolean', ({ isBack }) => isBack],
    })} paid
    where p.id = paid.id`.execute(trx)
}

/** What a payment came to is known from its first refund at the latest, whatever that gives back. */
export async function recordCharged(trx: Trx, judged: readonly Judged[]): Promise<void> {
  const rows = judged.flatMap(({ plan: { charged }, payment }) =>
    charged && payment?.amountCents === null ? [{ id: payment.id, charged }] : [],
  )
  if (rows.length === 0) return
  await sql`
    update payments p set amount_cents = c.amount_cents, currency = coalesce(p.currency, c.currency)
    from ${rowsOf(rows, {
      id: ['text', ({ id }) => id],
      amount_cents: ['bigint', ({ charged }) => charged.cents],
      currency: ['text', ({ charged }) => charged.currency],
    })} c
    where p.id = c.id and p.amount_cents is null`.execute(trx)
}

/** The bank said no: the payment is over, unless it turns out to be paid after all. */
export async function markFailed(trx: Trx, judged: readonly Judged[]): Promise<void> {
  const failed = judged.flatMap(({ plan, payment }) => {
    const { facts, type } = plan.news
    return payment && facts.kind === 'session' && effectOfSession(type, facts) === 'failed'
      ? [payment.id]
      : []
  })
  if (failed.length === 0) return
  await sql`
    update payments set state = 'failed', updated_at = app_now()
    where id = any(${failed}::text[]) and state in ('new', 'awaiting')`.execute(trx)
}

/**
 * A payment may be disputed more than once: it shows the worst of its disputes. A dispute that was decided stays
 * decided, however late the event of its start arrives, and raises no alert then.
 */
export async function markDisputes(trx: Trx, judged: readonly Judged[]): Promise<void> {
  for (const { plan, payment, verdict } of judged) {
    const { dispute, news } = plan
    if (!dispute || !payment) continue
    const closed = news.type === 'charge.dispute.closed'
    const isLate = !closed && (await isDecided(trx, payment.id, dispute.disputeId))
    await markWorst(trx, payment.id)
    if (verdict.exception) await tellOfAnother(trx, verdict.exception, dispute)
    if (closed) await tellOfBothEnds(trx, payment.id, dispute)
    if (closed || isLate) continue
    await tellOf(trx, [
      {
        kind: 'exception',
        paymentId: payment.id,
        key: `dispute:${dispute.disputeId}`,
        subject: 'A payment is disputed',
        body: `The customer's bank disputes payment ${payment.id}. ${whatToDo(dispute.status)}`,
      },
    ])
  }
}

/**
 * Open, if Stripe has not told us how each dispute ended; else lost, if any was; else won. Old events are forgotten
 * (lib/housekeeping/retention.ts), but a lost dispute has left its exception.
 */
async function markWorst(trx: Trx, paymentId: string): Promise<void> {
  // Indexes: stripe_events_by_payment_intent, payment_exceptions_by_payment.
  await sql`
    with told as (
      select bool_or(e.type = 'charge.dispute.closed') as is_decided, bool_or(e.facts ->> 'status' = 'lost') as is_lost
      from payments disputed
      join stripe_events e on e.payment_intent_id = disputed.payment_intent_id
      where disputed.id = ${paymentId} and e.type in ('charge.dispute.created', 'charge.dispute.closed')
        and e.facts is not null
      group by e.facts ->> 'disputeId')
    update payments p set updated_at = app_now(), dispute = case
      when (select bool_and(is_decided) from told) is not true then 'open'
      when (select bool_or(is_lost) from told) or exists (
        select 1 from payment_exceptions e where e.payment_id = p.id and e.kind = 'dispute_lost') then 'lost'
      else 'won' end
    where p.id = ${paymentId}`.execute(trx)
}

/** Whether Stripe has told us of the dispute's end, applied or not. */
async function isDecided(trx: Trx, paymentId: string, disputeId: string): Promise<boolean> {
  // Index: stripe_events_by_payment_intent.
  const { rows } = await sql`
    select from payments p
    join stripe_events decided on decided.payment_intent_id = p.payment_intent_id
    where p.id = ${paymentId} and decided.type = 'charge.dispute.closed'
      and decided.facts ->> 'disputeId' = ${disputeId}
    limit 1`.execute(trx)
  return rows.length > 0
}

/**
 * A payment has at most one open exception about disputes. If that is about an earlier dispute, this one is added
 * to it and an alert is raised, and the admin decides about both. Amount 0: not known.
 */
async function tellOfAnother(
  trx: Trx,
  { paymentId, kind, detail, amountCents }: NewException,
  { disputeId }: DisputeFacts,
): Promise<void> {
  // Index: payment_exceptions_by_payment.
  const { rows } = await sql<{ id: number }>`
    update payment_exceptions e
    set further_disputes = further_disputes || jsonb_build_object(${disputeId}::text, ${amountCents ?? 0}::bigint)
    where payment_id = ${paymentId} and kind = ${kind} and state <> 'resolved' and not exists (
      select 1 from payment_exceptions told
      where told.payment_id = e.payment_id and told.kind = e.kind
        and (told.detail = ${detail} or (told.id <> e.id and told.further_disputes ? ${disputeId})))
    returning id`.execute(trx)
  await tellOf(
    trx,
    rows.map(({ id }) => ({
      kind: 'exception' as const,
      // Stripe sends the same news more than once.
      key: `dispute-lost:${disputeId}`,
      exceptionId: id,
      paymentId,
      subject: 'Another dispute of a payment was lost',
      body: `${detail}. Exception ${id} waits for an earlier one of the same payment; decide about both there.`,
    })),
  )
}

/**
 * A bank may give money back that it took. The dispute stays marked as lost, as its seats may have gone to others, and
 * an alert is raised, whichever end was told first.
 */
async function tellOfBothEnds(trx: Trx, paymentId: string, { disputeId }: DisputeFacts): Promise<void> {
  // Indexes: payment_exceptions_by_payment, stripe_events_by_payment_intent.
  const { rows } = await sql`
    select from payments p
    where p.id = ${paymentId}
      and exists (
        select from payment_exceptions lost where lost.payment_id = p.id and lost.kind = 'dispute_lost'
          and (lost.detail = ${lostDetail(disputeId)} or lost.further_disputes ? ${disputeId}))
      and exists (
        select from stripe_events kept where kept.payment_intent_id = p.payment_intent_id
          and kept.type = 'charge.dispute.closed' and kept.facts ->> 'disputeId' = ${disputeId}
          and kept.facts ->> 'status' <> 'lost')`.execute(trx)
  if (rows.length === 0) return
  await tellOf(trx, [
    {
      kind: 'exception',
      paymentId,
      // Stripe sends the same news more than once.
      key: `dispute-both:${disputeId}`,
      subject: 'A dispute that was lost is won',
      body: `Stripe has told of dispute ${disputeId} as lost, and as not lost. Look in its dashboard whose the money of payment ${paymentId} is, and then at its seats.`,
    },
  ])
}

/** Of a mark, which stands whether or not anybody can be told. */
async function tellOf(trx: Trx, alerts: readonly NewAlert[]): Promise<void> {
  if (alerts.length > 0) await attemptAlerts(trx, async () => void (await raiseAlerts(trx, alerts)))
}
