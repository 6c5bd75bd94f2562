import { csvHead, csvLine } from '@/lib/csv'
import { writeAmount } from '@/lib/money'
import {
  findPaymentPage,
  openlyDisputed,
  type PaymentList,
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
  if (search.trim() === '') return csvOf(allPayments())
  return csvOf(inPages((cursor) => findPaymentPage(search, { cursor, limit: chunkPayments })))
}

/** The same of payments whose dispute is open, newest first. */
export function disputedCsv(): AsyncGenerator<string> {
  return csvOf(inPages((cursor) => openlyDisputed({ cursor, limit: chunkPayments })))
}

async function* csvOf(pieces: AsyncIterable<readonly PaymentSummary[]>): AsyncGenerator<string> {
  yield csvHead(csvColumns)
  for await (const payments of pieces) yield payments.map((payment) => csvLine(csvFields(payment))).join('')
}

async function* allPayments(): AsyncGenerator<PaymentSummary[]> {
  for (const week of await weeksOfPayments())
    yield* inPages((cursor) => paymentsWithin(week, { cursor, limit: chunkPayments }))
}

async function* inPages(
  read: (cursor: string | undefined) => Promise<PaymentList>,
): AsyncGenerator<PaymentSummary[]> {
  let cursor: string | undefined
  do {
    const { payments, nextCursor } = await read(cursor)
    if (payments.length > 0) yield payments
    cursor = nextCursor ?? undefined
  } while (cursor !== undefined)
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
