import { csvFile } from '@/lib/csv'
import { inPortions } from '@/lib/in-portions'
import { writeAmount } from '@/lib/money'
import {
  findPaymentPage,
  openlyDisputed,
  type PaymentList,
  type PaymentListQuery,
  paymentsWithin,
  type PaymentSummary,
  weeksOfPayments,
} from './read-payments'
import { shownState } from './shown-state'

/** Payments fetched at a time. */
const chunkPayments = 1_000

/**
 * Payments as CSV (RFC 4180), newest first, with a head line, in pieces of many lines: what a search finds, or without one
 * all there are. `seats` are those that a payment still has, `seatsGivenBack` those that it had
 * besides; amounts are in the currency's main unit, times in UTC.
 */
export function paymentsCsv(search: string): AsyncGenerator<string> {
  const payments =
    search.trim() === '' ? allPayments() : portionsOf((query) => findPaymentPage(search, query))
  return csvFile(csvColumns, payments, csvFields)
}

/** The same of payments whose dispute is open, newest first. */
export function disputedCsv(): AsyncGenerator<string> {
  return csvFile(csvColumns, portionsOf(openlyDisputed), csvFields)
}

async function* allPayments(): AsyncGenerator<readonly PaymentSummary[]> {
  for (const week of await weeksOfPayments()) yield* portionsOf((query) => paymentsWithin(week, query))
}

function portionsOf(read: (query: PaymentListQuery) => Promise<PaymentList>) {
  return inPortions(
    (cursor?: string) => read({ cursor, limit: chunkPayments }),
    ({ payments }) => payments,
  )
}

const csvColumns = [
  'paymentId',
  'createdAt',
  'state',
  'dispute',
  'email',
  'cityId',
  'tier',
  'epoch',
  'seats',
  'seatsGivenBack',
  'amount',
  'refunded',
  'lost',
  'currency',
  'soldAt',
  'paymentIntentId',
  'sessionId',
  'reservationId',
] as const

function csvFields(payment: PaymentSummary) {
  const { seatsSold, seatsReturned, amountCents, currency } = payment
  const money = (cents: number) => writeAmount(cents, currency ?? 'usd')
  return [
    payment.id,
    payment.createdAt,
    shownState(payment),
    payment.dispute,
    payment.email,
    payment.cityId,
    payment.tier,
    payment.epoch,
    seatsSold - seatsReturned,
    seatsReturned,
    amountCents === null ? null : money(amountCents),
    money(payment.refundedCents),
    money(payment.lostCents),
    currency,
    payment.soldAt,
    payment.paymentIntentId,
    payment.sessionId,
    payment.reservationId,
  ]
}
