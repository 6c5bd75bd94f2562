import type { ExceptionKind } from '@/db/tables/money'
import type { NewException } from '@/lib/payment-records/exceptions'
import { tierLabel } from '@/lib/tier'
import type { Applied, Outcome, Rejected } from '@/lib/inventory/outcomes'
import { unclearRefund } from '@/lib/inventory/decide/refunds'
import { isRefundedInFull, withCharged } from '@/lib/inventory/decide/ownership'
import { withKeptLeft } from '@/lib/inventory/decide/seats-for-money'
import { isUndecided, type Payment } from '@/lib/inventory/model'
import type { DisputeFacts, SessionFacts } from './facts'
import { type OutcomePart, outcomeText } from './outcome-text'
import type { Plan } from './plan'

/** What a plan's outcomes mean for its payment. */
export interface Verdict {
  /** For the event's row. */
  text: string
  outcomes: Outcome[]
  exception?: NewException
  /** The payment whose unclear or failed refunds fit now. */
  settled?: string
  /** The payment whose refund failed, and whose seats are taken again. */
  takenAgain?: string
  /** The payment whose money has gone back in full. */
  refunded?: string
  /** The payment cannot be placed, and needs no admin: its money had gone back before. */
  moneyBack?: true
}

/** The text that a plan's verdict most likely has: that of its sale. Null for a plan that sells nothing. Pure. */
export function expectedOutcome(plan: Plan): string | null {
  if (!plan.order) return null
  return outcomeText([seatsApplied(plan.order.quantity)], plan.order.note)
}

/** Judges what the rules answered: every paid session ends as a sale, an exception or a refund. Pure. */
export function verdictOf(plan: Plan, outcomes: Outcome[], payment: Payment | null): Verdict {
  const { facts, type } = plan.news
  switch (facts.kind) {
    case 'session':
      return plan.order || plan.problem
        ? verdictOfPaid(plan, facts, outcomes, payment)
        : {
            text: outcomes.length > 0 ? outcomeText(outcomes.map(partOf)) : words('no reservation'),
            outcomes,
          }
    case 'charge':
    case 'refund':
      return verdictOfRefund(outcomes, payment && withCharged(payment, plan.charged))
    case 'dispute': {
      if (!plan.dispute) return { text: words('not ours'), outcomes }
      const lost = type === 'charge.dispute.closed' && facts.status === 'lost'
      if (!lost || !payment) return { text: words(`dispute ${facts.status ?? 'noted'}`), outcomes }
      const detail = lostDetail(facts.disputeId)
      const exception = {
        ...about(payment),
        kind: 'dispute_lost' as const,
        amountCents: isInCurrencyOf(payment, facts) ? facts.amount : null,
        disputeId: facts.disputeId,
        detail,
      }
      return { text: exceptionText(exception.kind), outcomes, exception }
    }
  }
}

/** What the exception says that a lost dispute opens. Pure. */
export function lostDetail(disputeId: string): string {
  return `Dispute ${disputeId} was lost`
}

/**
 * Whether a dispute's amount is in the payment's currency. A bank may name what it took in its customer's currency,
 * at its own rate: then the amount in ours is not known.
 */
function isInCurrencyOf(payment: Payment, { currency }: DisputeFacts): boolean {
  return currency === undefined || payment.currency === null || currency === payment.currency
}

/**
 * The payment as a plan's sale leaves it: a refund in the same batch is judged by what was sold, whichever of the
 * two comes first. A payment that was sold before stays as it is. Pure.
 */
export function asSold({ order, news: { facts } }: Plan, payment: Payment): Payment {
  if (payment.seatsSold > 0 || !order || facts.kind !== 'session') return payment
  const { cityId, tier, quantity } = order
  return {
    ...payment,
    cityId,
    tier,
    seatsSold: quantity,
    amountCents: facts.amountTotal,
    currency: facts.currency,
  }
}

function verdictOfPaid(
  plan: Plan,
  facts: SessionFacts,
  outcomes: Outcome[],
  payment: Payment | null,
): Verdict {
  if (!payment) throw new Error(`Session ${facts.sessionId} has no payment`)
  if (plan.problem) {
    if (!isUndecided(payment)) return { text: words('already known'), outcomes }
    const { kind, detail } = readProblem(plan.problem)
    return unplaced({ ...paidFor(facts, payment), kind, detail }, outcomes, facts, payment)
  }
  const [sale, ...rest] = outcomes
  if (sale?.status !== 'rejected') {
    const settled = payment.refundedCents > 0 ? verdictOfRefund(rest.slice(0, 1), asSold(plan, payment)) : {}
    const part = sale ? partOf(sale) : ({ kind: 'words', words: 'nothing' } as const)
    return { ...settled, text: outcomeText([part], plan.order?.note), outcomes }
  }
  const kind = sale.code === 'unknown_city' ? 'unknown_city' : 'no_seat'
  const exception: NewException = {
    ...paidFor(facts, payment),
    kind,
    cityId: plan.order?.cityId ?? facts.cityId,
    tier: plan.order?.tier ?? facts.ticketType,
    quantity: plan.order?.quantity ?? null,
    detail: whyNoSeat(plan, sale),
  }
  return unplaced(exception, outcomes, facts, payment)
}

/** A paid session without a seat needs an admin, unless its money went back before it came. */
function unplaced(
  exception: NewException,
  outcomes: Outcome[],
  facts: SessionFacts,
  payment: Payment,
): Verdict {
  return isRefundedInFull({ ...payment, amountCents: facts.amountTotal })
    ? { text: words('refunded_before_sale'), outcomes, moneyBack: true }
    : { text: exceptionText(exception.kind), outcomes, exception }
}

function verdictOfRefund(outcomes: Outcome[], payment: Payment | null): Verdict {
  const [outcome] = outcomes
  if (!outcome || !payment) return { text: words('nothing'), outcomes }
  const text = outcomeText([partOf(outcome)])
  switch (outcome.status) {
    case 'applied':
      if (outcome.note !== 'unclear_refund') return { text, outcomes, ...fitting(payment) }
      return { text, outcomes, takenAgain: payment.id, exception: refundException(payment, 'unclear_refund') }
    case 'duplicate':
      return { text, outcomes, ...(outcome.code === 'already_settled' && fitting(payment)) }
    case 'rejected': {
      const kind = outcome.code === 'unclear_refund' ? 'unclear_refund' : 'refund_failed'
      const exception = refundException(payment, kind, outcome.message)
      return { text: exceptionText(kind), outcomes, exception }
    }
  }
}

function refundException(
  payment: Payment,
  kind: 'unclear_refund' | 'refund_failed',
  detail = unclearRefund(payment),
): NewException {
  return {
    ...about(payment),
    kind,
    cityId: payment.cityId,
    tier: payment.tier,
    quantity: payment.seatsSold,
    amountCents: payment.amountCents,
    refundedCents: payment.refundedCents,
    detail,
  }
}

/** @param payment as it was before the commands, but with the refunds that are known now */
function fitting(payment: Payment): Pick<Verdict, 'refunded' | 'settled'> {
  return isRefundedInFull(withKeptLeft(payment)) ? { refunded: payment.id } : { settled: payment.id }
}

function whyNoSeat(plan: Plan, sale: Rejected): string {
  if (!plan.order) return sale.message
  return `${plan.order.quantity} ${tierLabel(plan.order.tier)} in ${plan.order.cityId}: ${sale.message}`
}

function readProblem(problem: NonNullable<Plan['problem']>) {
  return problem.kind === 'unreadable'
    ? { kind: problem.because, detail: problem.detail }
    : { kind: 'unknown_session' as const, detail: 'Stripe does not know this session' }
}

function about(payment: Payment) {
  return { paymentId: payment.id, currency: payment.currency }
}

function paidFor(facts: SessionFacts, payment: Payment) {
  return {
    paymentId: payment.id,
    cityId: facts.cityId,
    tier: facts.ticketType,
    amountCents: facts.amountTotal,
    currency: facts.currency,
  }
}

function partOf(outcome: Outcome): OutcomePart {
  switch (outcome.status) {
    case 'applied':
      return seatsApplied(outcome.quantity, outcome.note)
    case 'duplicate':
    case 'rejected':
      return { kind: 'words', words: outcome.code }
  }
}

function seatsApplied(quantity: number, note: Applied['note'] | null = null): OutcomePart {
  return { kind: 'applied', quantity, note }
}

function exceptionText(exception: ExceptionKind): string {
  return outcomeText([{ kind: 'exception', exception }])
}

function words(text: string): string {
  return outcomeText([{ kind: 'words', words: text }])
}
