import { database } from '@/lib/database'
import { actualAvailable } from '@/lib/inventory/availability'
import { centsBack } from '@/lib/inventory/decide/ownership'
import { seatsDueBack, seatsStillPaid, withKeptLeft } from '@/lib/inventory/decide/seats-for-money'
import { readPoolFigures } from '@/lib/inventory/figures'
import type { PoolId } from '@/lib/inventory/model'
import { leavesNoSeat } from '@/lib/payment-records/exception-kinds'
import { parseTier, type Tier } from '@/lib/tier'
import type { PaymentException } from './read-exceptions'

/** What each resolution of an exception would do, in numbers. */
export interface ExceptionPreview {
  /** What a refund would send back, in the currency's smallest unit; null where the amount is not known. */
  refundCents: number | null
  /** Sold seats that a refund would give back. */
  seatsGivenBack: number
  /**
   * Seats that are still held for this payment, if the exception is about a missing seat. A refund or a dismissal
   * frees them.
   */
  seatsKept: number
  /** Where they are held; null where none are. */
  keptIn: PoolId | null
  /**
   * Sold seats that come back for what was lost in disputes, or was never paid. 0 if they are back; null if the
   * amount does not tell how many.
   */
  seatsLost: number | null
  /**
   * Null if adding seats does not fit the exception, or if its city or tier is not known; `unclear_refund` if what was
   * refunded does not tell how many seats are still paid for.
   */
  expansion: ExpansionPreview | 'unclear_refund' | null
}

export interface ExpansionPreview {
  cityId: string
  tier: Tier
  /** Seats the payment would get: those that are still paid for. */
  seats: number
  /** Free seats of that tier, without those that are held for this payment. */
  free: number
  /** Hidden seats that would be added. */
  added: number
  /** The actual limit now. */
  limit: number
}

/** Looks at what could be done about an exception now. */
export async function previewException(exception: PaymentException): Promise<ExceptionPreview> {
  const { payment } = exception
  const kept = leavesNoSeat(exception) ? await heldFor(payment) : null
  const seatsKept = kept?.quantity ?? 0
  return {
    refundCents: leftToRefund(exception),
    seatsGivenBack: payment.seatsSold - payment.seatsReturned,
    seatsLost: seatsToGiveBack(exception),
    seatsKept,
    keptIn: kept && { cityId: kept.cityId, tier: kept.tier },
    expansion: await previewExpansion(exception, seatsKept),
  }
}

/** How many of the seats that an admin gives a payment it would get: not those whose money went back before. Pure. */
export function seatsGiven(
  { payment, quantity: ordered, amountCents, refundedCents }: PaymentException,
  quantity: number,
): number {
  // 0: it was noted before its sale was known.
  const sale = { ...payment, amountCents, refundedCents, seatsSold: quantity, seatsPaid: ordered || null }
  return quantity - (seatsDueBack(sale) ?? 0)
}

/** What a bank took in a dispute cannot be refunded; what was kept of the price of seats that came back can. */
function leftToRefund({ payment, amountCents, refundedCents }: PaymentException): number | null {
  if (amountCents === null) return null
  const isKept = payment.dispute === null || payment.dispute === 'won'
  const lostCents = isKept ? 0 : payment.lostCents
  return Math.max(0, amountCents - centsBack({ refundedCents, lostCents }))
}

async function previewExpansion(
  exception: PaymentException,
  seatsKept: number,
): Promise<ExceptionPreview['expansion']> {
  const tier = parseTier(exception.tier)
  const { cityId } = exception
  if (cityId === null || !tier || !exception.resolutions.includes('expand')) return null
  const figures = await readPoolFigures(cityId, tier)
  if (!figures) return null
  const seats = seatsToGive(exception)
  if (seats === null) return 'unclear_refund'
  const free = actualAvailable(figures)
  const added = Math.max(0, seats - seatsKept - free)
  return { cityId, tier, seats, free, added, limit: figures.actualLimit }
}

function seatsToGive({
  kind,
  payment,
  quantity,
  amountCents,
  refundedCents,
}: PaymentException): number | null {
  const money = { ...payment, amountCents, refundedCents }
  if (kind !== 'refund_failed') return seatsStillPaid(money, quantity ?? 0)
  const due = seatsDueBack(withKeptLeft(money))
  return due === null ? null : payment.seatsReturned - due
}

function seatsToGiveBack({
  kind,
  payment,
  refundedCents,
  lostCents,
  isLossUnknown,
  resolutions,
}: PaymentException): number | null {
  if (!resolutions.includes('restock')) return 0
  if (kind === 'unknown_to_stripe') return payment.seatsSold - payment.seatsReturned
  if (isLossUnknown || kind === 'unclear_refund') return null
  const money = { ...payment, refundedCents, lostCents: payment.lostCents + lostCents }
  const due = seatsDueBack(withKeptLeft(money))
  return due === null ? null : Math.max(0, due - payment.seatsReturned)
}

async function heldFor({
  reservationId,
  sessionId,
  seatsSold,
}: PaymentException['payment']): Promise<(PoolId & { quantity: number }) | null> {
  if (reservationId === null || seatsSold > 0) return null
  const row = await database()
    .selectFrom('reservations')
    .select(['city_id as cityId', 'tier', 'quantity', 'session_id as sessionId'])
    .where('id', '=', reservationId)
    .where('status', 'in', ['held', 'awaiting'])
    .executeTakeFirst()
  return row && row.sessionId === sessionId ? row : null
}
