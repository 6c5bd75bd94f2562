import { formatExactly } from '@/app/format/dates'
import { findLiveHolds, mostHoldsFound } from '@/lib/analytics/live-holds'
import { formatMoney } from '@/lib/money'
import { readPaymentLedger } from '@/lib/inventory/ledger/page'
import { getException } from '@/lib/payments/read-exceptions'
import {
  findPaymentPage,
  getPayment,
  openlyDisputed,
  type PaymentSummary,
} from '@/lib/payments/read-payments'
import { type ShownState, shownState } from '@/lib/payments/shown-state'
import {
  eventsOfPayment,
  type EventQuery,
  listStripeEvents,
  type StripeEventRow,
} from '@/lib/stripe/read-events'
import { tierLabel } from '@/lib/tier'
import { eventOutcomeWords } from './event-outcomes'
import { type ExceptionRow, presentExceptionRow } from './exceptions'
import { type FoundHoldRow, presentFoundHold } from './hold-rows'
import { operationNames } from './ledger-rows'
import { stripeDashboardUrl } from './stripe-dashboard'

export interface EventRow {
  id: string
  type: string
  state: StripeEventRow['state']
  outcome: string
  received: string
  paymentId: string | null
  email: string | null
}

export interface PaymentRow {
  id: string
  state: ShownState
  dispute: PaymentSummary['dispute']
  /** `2 GA, Dallas`; empty while nothing was sold. */
  seats: string
  amount: string
  refunded: string | null
  email: string | null
  created: string
}

export interface PaymentsPage {
  search: string
  state: string
  /** Null where nothing was searched for. */
  payments: PaymentRow[] | null
  /** Where the search goes on that fits older payments, too; neither these nor their events are here. */
  paymentsNext: string | null
  /** What is in a checkout by that name; none where nothing was searched for. */
  holds: FoundHoldRow[]
  /** More are than these. */
  hasMoreHolds: boolean
  events: EventRow[]
  nextCursor: string | null
}

export interface PaymentsQuery extends Pick<EventQuery, 'state' | 'cursor'> {
  /** An event, session, payment intent, reservation, payment, refund or email address, exactly. */
  search?: string | undefined
  /** If the search fits many payments: which page of these payments to take; by default the first one. */
  paymentsCursor?: string | undefined
}

/** The events of Stripe, newest first; with a search the payments and holds that it fits as well. */
export async function presentPayments(query: PaymentsQuery): Promise<PaymentsPage> {
  const { state, cursor, paymentsCursor } = query
  const search = query.search?.trim() ?? ''
  const [found, holds] =
    search === ''
      ? [null, []]
      : await Promise.all([
          findPaymentPage(search, { cursor: paymentsCursor }),
          findLiveHolds(search, mostHoldsFound + 1),
        ])
  const now = new Date()
  const page = await listStripeEvents({ search, payments: found?.payments, state, cursor })
  return {
    search,
    state: state ?? '',
    payments: found?.payments.map(presentPaymentRow) ?? null,
    paymentsNext: found?.nextCursor ?? null,
    holds: holds.slice(0, mostHoldsFound).map((hold) => presentFoundHold(hold, now)),
    hasMoreHolds: holds.length > mostHoldsFound,
    events: page.events.map(presentEvent),
    nextCursor: page.nextCursor,
  }
}

/** A page of payments whose disputes are open. */
export async function presentDisputed(
  cursor: string | undefined,
): Promise<{ payments: PaymentRow[]; nextCursor: string | null }> {
  const { payments, nextCursor } = await openlyDisputed({ cursor })
  return { payments: payments.map(presentPaymentRow), nextCursor }
}

export interface PaymentPage {
  id: string
  state: ShownState
  money: readonly (readonly [string, string | null])[]
  seats: readonly (readonly [string, string | null])[]
  names: readonly (readonly [string, string | null])[]
  city: { id: string; name: string } | null
  dispute: PaymentSummary['dispute']
  stripeUrl: string | null
  refunds: { id: string; amount: string; status: string; created: string }[]
  ledger: { id: number; operation: string; quantity: number; sold: string; who: string; at: string }[]
  events: EventRow[]
  exceptions: ExceptionRow[]
}

/** One payment with all that belongs to it; null where there is none of this id. */
export async function presentPayment(id: string): Promise<PaymentPage | null> {
  const payment = await getPayment(id)
  if (!payment) return null
  const [ledger, events, exceptions] = await Promise.all([
    readPaymentLedger(id),
    eventsOfPayment(payment),
    Promise.all(payment.exceptionIds.map(getException)),
  ])
  const currency = payment.currency ?? 'usd'
  const { amountCents, refundedCents, lostCents } = payment
  // What a bank takes back after a dispute is no refund of ours.
  const left = amountCents === null || payment.dispute === 'lost' ? null : amountCents - refundedCents
  return {
    id,
    state: shownState(payment),
    money: [
      ['Paid', money(amountCents, currency)],
      ['Refunded', refundedCents > 0 ? formatMoney(refundedCents, currency) : null],
      [
        payment.dispute === null ? 'Kept, seats given back' : 'Lost or kept, seats given back',
        lostCents > 0 ? formatMoney(lostCents, currency) : null,
      ],
      ['Left', money(left, currency)],
      ['Dispute', payment.dispute],
    ],
    seats: [
      ['Tier', payment.tier && tierLabel(payment.tier)],
      ['Seats paid for', payment.seatsPaid === null ? null : String(payment.seatsPaid)],
      ['Seats sold', String(payment.seatsSold)],
      ['Seats given back', String(payment.seatsReturned)],
      ['Sold', payment.soldAt && formatExactly(payment.soldAt, 'UTC')],
    ],
    names: [
      ['Email', payment.email],
      ['Payment intent', payment.paymentIntentId],
      ['Checkout session', payment.sessionId],
      ['Reservation', payment.reservationId],
      ['First heard of', formatExactly(payment.createdAt, 'UTC')],
    ],
    city: payment.cityId === null ? null : { id: payment.cityId, name: payment.cityName ?? payment.cityId },
    dispute: payment.dispute,
    stripeUrl: stripeDashboardUrl(payment.paymentIntentId),
    refunds: payment.refunds.map((refund) => ({
      id: refund.id,
      amount: formatMoney(refund.amountCents, currency),
      status: refund.status.replaceAll('_', ' '),
      created: formatExactly(refund.createdAt, 'UTC'),
    })),
    ledger: ledger.map((row) => ({
      id: row.id,
      operation: operationNames[row.operation],
      quantity: row.quantity,
      sold: `${row.soldBefore} → ${row.soldAfter}`,
      who: row.authorizedBy ?? row.actor ?? '',
      at: formatExactly(row.occurredAt, 'UTC'),
    })),
    events: events.map(presentEvent),
    exceptions: exceptions.flatMap((one) => (one ? presentExceptionRow(one) : [])),
  }
}

function presentPaymentRow(payment: PaymentSummary): PaymentRow {
  const { cityName, cityId, tier, seatsSold, seatsReturned, refundedCents } = payment
  const currency = payment.currency ?? 'usd'
  const returned = seatsReturned > 0 ? `, ${seatsReturned} given back` : ''
  return {
    id: payment.id,
    state: shownState(payment),
    dispute: payment.dispute,
    seats: tier && seatsSold > 0 ? `${seatsSold} ${tierLabel(tier)}, ${cityName ?? cityId}${returned}` : '',
    amount: money(payment.amountCents, currency) ?? '',
    refunded: refundedCents > 0 ? formatMoney(refundedCents, currency) : null,
    email: payment.email,
    created: formatExactly(payment.createdAt, 'UTC'),
  }
}

function presentEvent(event: StripeEventRow): EventRow {
  return {
    id: event.id,
    type: event.type,
    state: event.state,
    outcome: eventOutcomeWords(event.outcome ?? ''),
    received: formatExactly(event.receivedAt, 'UTC'),
    paymentId: event.paymentId,
    email: event.email,
  }
}

function money(cents: number | null, currency: string): string | null {
  return cents === null ? null : formatMoney(cents, currency)
}
