import { capitalized } from '@/app/format/capitalized'
import { formatExactly } from '@/app/format/dates'
import type { ExceptionResolution } from '@/db/tables/money'
import { formatMoney } from '@/lib/money'
import { seats } from '@/app/format/seats'
import type { ExceptionFilter } from '@/lib/payments/exception-filter'
import { listExceptions, type PaymentException } from '@/lib/payments/read-exceptions'

/** An exception in a list. */
export interface ExceptionRow {
  id: number
  title: string
  state: PaymentException['state']
  /** What was done about it, or who is at it. */
  result: string
  order: string
  amount: string
  email: string | null
  created: string
  paymentId: string
}

/** A page of exceptions, newest first. */
export async function presentExceptions(
  request: ExceptionFilter & { cursor: number | null },
): Promise<{ rows: ExceptionRow[]; nextCursor: string | null }> {
  const { exceptions, nextCursor } = await listExceptions(request)
  const rows = exceptions.map(presentExceptionRow)
  return { rows, nextCursor: nextCursor === null ? null : String(nextCursor) }
}

/** One exception as lists show it. */
export function presentExceptionRow(exception: PaymentException): ExceptionRow {
  const { id, title, state, quantity, tier, cityId, cityName, amountCents, currency, createdAt, payment } =
    exception
  // 0: it was noted before its sale was known.
  const ordered = orderWords(quantity === 0 ? null : quantity, tier, cityName ?? cityId)
  return {
    id,
    title: capitalized(title),
    state,
    result: resultOf(exception),
    // What is said of a sale, such as a dispute, names no order of its own.
    order: ordered || soldWords(payment, payment.seatsSold),
    amount: amountCents === null ? '' : formatMoney(amountCents, currency ?? 'usd'),
    email: payment.email,
    created: formatExactly(createdAt, 'UTC'),
    paymentId: payment.id,
  }
}

/** `2 seats, GA, Dallas` of those that a payment was sold; empty where it was sold none. */
export function soldWords(
  { tier, cityName, seatsSold }: PaymentException['payment'],
  quantity: number,
): string {
  return seatsSold > 0 ? orderWords(quantity, tier, cityName) : ''
}

/** `2 seats, GA, Dallas`, as far as it is known. */
function orderWords(quantity: number | null, tier: string | null, city: string | null): string {
  const parts = [quantity === null ? null : seats(quantity), tier?.toUpperCase(), city]
  return parts.flatMap((part) => part ?? []).join(', ')
}

function resultOf({ state, resolution, resolvedBy, claimedBy, isRefunding }: PaymentException): string {
  switch (state) {
    case 'open':
      return isRefunding ? 'a refund is on its way' : ''
    case 'resolving':
      return `${isRefunding ? 'the refund is on its way, ' : ''}by ${claimedBy ?? 'somebody'}`
    case 'resolved':
      return `${resolutionWords[resolution ?? 'settled']} by ${resolvedBy ?? 'the system'}`
  }
}

/** In the words of the buttons. */
const resolutionWords: Record<ExceptionResolution, string> = {
  refunded: 'refunded',
  expanded: 'given its seats',
  assigned: 'given seats elsewhere',
  restocked: 'seats given back',
  dismissed: 'closed as it was',
  settled: 'settled',
}
