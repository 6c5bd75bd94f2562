import { csvFile } from '@/lib/csv'
import { inPortions } from '@/lib/in-portions'
import { writeAmount } from '@/lib/money'
import type { ExceptionFilter } from './exception-filter'
import { listExceptions, type PaymentException } from './read-exceptions'

/** Exceptions fetched at a time. */
const chunkExceptions = 1_000

/**
 * Exceptions as CSV (RFC 4180), newest first, with a head line, in pieces of many lines. `amount` is what an exception is
 * about, `paid` what its payment came to; amounts are in the currency's main unit, times in UTC.
 */
export function exceptionsCsv(filter: ExceptionFilter): AsyncGenerator<string> {
  const read = (cursor?: number) => listExceptions({ ...filter, cursor, limit: chunkExceptions })
  return csvFile(
    csvColumns,
    inPortions(read, ({ exceptions }) => exceptions),
    csvFields,
  )
}

const csvColumns = [
  'id',
  'createdAt',
  'state',
  'kind',
  'detail',
  'email',
  'cityId',
  'tier',
  'quantity',
  'amount',
  'paid',
  'refunded',
  'lost',
  'currency',
  'claimedBy',
  'resolution',
  'resolvedBy',
  'resolvedAt',
  'reason',
  'refundId',
  'paymentId',
  'paymentIntentId',
  'sessionId',
  'reservationId',
] as const

function csvFields(exception: PaymentException) {
  const { payment, currency } = exception
  const money = (cents: number | null) => (cents === null ? null : writeAmount(cents, currency ?? 'usd'))
  return [
    exception.id,
    exception.createdAt,
    exception.state,
    exception.kind,
    exception.detail,
    payment.email,
    exception.cityId,
    exception.tier,
    exception.quantity,
    money(exception.amountCents),
    money(payment.amountCents),
    money(exception.refundedCents),
    money(exception.isLossUnknown ? null : exception.lostCents),
    currency,
    exception.claimedBy,
    exception.resolution,
    exception.resolvedBy,
    exception.resolvedAt,
    exception.reason,
    exception.refundId,
    payment.id,
    payment.paymentIntentId,
    payment.sessionId,
    payment.reservationId,
  ]
}
