import { cityOption } from '@/app/format/city-option'
import { formatExactly } from '@/app/format/dates'
import { listCities } from '@/lib/cities'
import { counted } from '@/lib/counted'
import { actualAvailable } from '@/lib/inventory/availability'
import { readPoolFigures } from '@/lib/inventory/figures'
import { formatMoney } from '@/lib/money'
import type { Resolution } from '@/lib/payments/fitting-resolutions'
import { type ExceptionPreview, previewException, seatsGiven } from '@/lib/payments/preview-exception'
import { getException, type PaymentException } from '@/lib/payments/read-exceptions'
import { parseQuantity } from '@/lib/quantity'
import { parseTier, type Tier, tierLabel } from '@/lib/tier'
import { type ExceptionRow, presentExceptionRow, soldWords } from './exceptions'
import { stripeDashboardUrl } from './stripe-dashboard'

/** All that the console shows of one exception. */
export interface ExceptionPageModel {
  row: ExceptionRow
  lead: string
  email: string | null
  stripeUrl: string | null
  facts: readonly (readonly [string, string | null])[]
  resolutions: readonly Resolution[]
  /** A refund of its payment is at the bank. */
  isRefunding: boolean
  /** Goes with a decision about the money, which is refused once this has changed. */
  refundedCents: number
  /** Goes with what is decided about it: another dispute that was lost meanwhile is not closed unseen. */
  lostDisputes: number
  /** Null where no money can go back through Stripe. */
  refund: RefundOffer | null
  /** What was refunded may not tell how many seats are still paid for. */
  expand: ExpandOffer | 'unclear_refund' | null
  /** Null where nothing was lost that seats were sold for, or what was not paid, or refunded in part, has none left. */
  restock: RestockOffer | null
  kept: number
  sold: number
  assign: {
    cities: { id: string; name: string }[]
    /** What the exception names; may be no city of ours. */
    cityId: string | null
    quantity: number | null
    /** As an admin wrote it. */
    chosen: ChosenSeats
    /** Why that many seats cannot be given there. */
    problem: string | null
    /** What it would do; null before anything was chosen, and where it cannot be done. */
    preview: AssignPreview | null
  }
}

/** What an admin wants to look at before they assign; null where nothing was chosen. */
export type ChosenSeats = Record<'cityId' | 'tier' | 'quantity', string | null>

/** Seats that would be added, for those that a payment lacks. */
export interface ExpandOffer {
  cityName: string
  tier: string
  seats: number
  free: number
  added: number
  limit: number
  limitAfter: number
}

export interface RefundOffer {
  amount: string
  givenBack: number
  kept: number
}

/** The seats that were sold for what a bank took in lost disputes, what was refunded in part, or nothing. */
export interface RestockOffer {
  /** `unpaid`: Stripe does not know the sale as paid, so that the bank took nothing. */
  because: 'lost' | 'refunded' | 'unpaid'
  /** What the bank took, or was refunded; null where nobody knows. */
  amount: string | null
  /** 0 where they are back already, or were never given; null where the money does not say how many: an admin has to. */
  seats: number | null
  /** The city was reset since, so that no seat becomes free. */
  isBeforeReset: boolean
  /** None comes back: the payment never got those that this money was for. */
  neverGot: boolean
}

export interface AssignPreview {
  cityId: string
  cityName: string
  tier: Tier
  quantity: number
  /** Of these, what it would get: not those whose money went back before. */
  given: number
  /** What is held there for this payment counts as free for it. */
  free: number
  kept: number
  freeAfter: number
}

/** One exception, and what each decision about it would change; null where there is none of this id. */
export async function presentException(id: number, chosen: ChosenSeats): Promise<ExceptionPageModel | null> {
  const exception = await getException(id)
  if (!exception) return null
  const [preview, cities] = await Promise.all([previewException(exception), listCities()])
  const { payment } = exception
  return {
    row: presentExceptionRow(exception),
    lead: exceptionLead(exception),
    email: payment.email,
    stripeUrl: stripeDashboardUrl(payment.paymentIntentId),
    facts: factsOf(exception),
    resolutions: exception.resolutions,
    isRefunding: exception.isRefunding,
    refundedCents: exception.refundedCents,
    lostDisputes: exception.lostDisputes,
    refund: offerRefund(exception, preview),
    restock: offerRestock(exception, preview),
    expand: offerExpansion(exception, preview),
    kept: preview.seatsKept,
    sold: payment.seatsSold - payment.seatsReturned,
    assign: {
      cities: cities.map((city) => ({ id: city.id, name: cityOption(city) })),
      cityId: exception.cityId,
      quantity: exception.quantity,
      chosen,
      ...(await previewAssignment(exception, chosen, cities, preview)),
    },
  }
}

function offerExpansion(
  { cityName }: PaymentException,
  { expansion }: ExceptionPreview,
): ExceptionPageModel['expand'] {
  if (expansion === null || expansion === 'unclear_refund') return expansion
  const { cityId, tier, seats, free, added, limit } = expansion
  return {
    cityName: cityName ?? cityId,
    tier: tierLabel(tier),
    seats,
    free,
    added,
    limit,
    limitAfter: limit + added,
  }
}

/** A free order has no money, and what went past Stripe cannot go back through it. */
function offerRefund(exception: PaymentException, preview: ExceptionPreview): RefundOffer | null {
  const { payment, currency } = exception
  const { refundCents, seatsGivenBack, seatsKept } = preview
  if (refundCents === null || refundCents === 0 || payment.paymentIntentId === null) return null
  return {
    amount: formatMoney(refundCents, currency ?? 'usd'),
    givenBack: seatsGivenBack,
    kept: seatsKept,
  }
}

/** Also of no seat, where a refund gave them back before: should that fail, it matters that the money was lost. */
function offerRestock(exception: PaymentException, { seatsLost }: ExceptionPreview): RestockOffer | null {
  const { kind, lostCents, refundedCents, isLossUnknown, currency, resolutions, payment } = exception
  if (!resolutions.includes('restock')) return null
  const because = kind === 'unknown_to_stripe' ? 'unpaid' : kind === 'unclear_refund' ? 'refunded' : 'lost'
  const { isBeforeReset, seatsReturned, seatsSold, amountCents } = payment
  if (because === 'unpaid' && seatsLost === 0) return null
  if (because === 'refunded' && (!amountCents || seatsSold === seatsReturned)) return null
  const cents = { lost: isLossUnknown ? null : lostCents, refunded: refundedCents, unpaid: null }[because]
  return {
    because,
    amount: cents === null ? null : formatMoney(cents, currency ?? 'usd'),
    seats: seatsLost,
    isBeforeReset,
    neverGot: seatsLost === 0 && seatsReturned === 0,
  }
}

/** What happened, in a sentence. The detail of a payment that found no seat speaks to programs. */
export function exceptionLead({ kind, quantity, tier: text, cityName, detail }: PaymentException): string {
  const tier = parseTier(text)
  if (kind !== 'no_seat' || quantity === null || !tier || cityName === null) return detail
  const order = `${counted(quantity, `${tierLabel(tier)} seat`)} in ${cityName}`
  return quantity === 1
    ? `${order} was paid for, but none was free.`
    : `${order} were paid for, but fewer were free.`
}

function factsOf(exception: PaymentException): ExceptionPageModel['facts'] {
  const { payment, refundedCents, lostCents, isLossUnknown, currency, resolvedAt, reason, refundId } =
    exception
  // The exception's own amount is what was lost, not what was paid.
  const amountCents = lostCents > 0 ? payment.amountCents : exception.amountCents
  const money = (cents: number) => formatMoney(cents, currency ?? 'usd')
  return [
    ['Paid', amountCents === null ? null : money(amountCents)],
    ['Dispute', payment.dispute],
    ['Lost in disputes', isLossUnknown ? 'not known' : lostCents > 0 ? money(lostCents) : null],
    ['Refunded so far', refundedCents > 0 ? money(refundedCents) : null],
    ['Seats sold for it', soldWords(payment, payment.seatsSold - payment.seatsReturned) || null],
    ['Seats paid for', payment.seatsPaid === null ? null : String(payment.seatsPaid)],
    ['Email', payment.email],
    ['Payment intent', payment.paymentIntentId],
    ['Checkout session', payment.sessionId],
    ['Opened', formatExactly(exception.createdAt, 'UTC')],
    ['Resolved', resolvedAt && formatExactly(resolvedAt, 'UTC')],
    ['Reason', reason],
    ['Refund', refundId],
  ]
}

async function previewAssignment(
  exception: PaymentException,
  chosen: ChosenSeats,
  cities: readonly { id: string; name: string }[],
  { keptIn, seatsKept }: Pick<ExceptionPreview, 'keptIn' | 'seatsKept'>,
): Promise<Pick<ExceptionPageModel['assign'], 'problem' | 'preview'>> {
  const tier = parseTier(chosen.tier)
  const quantity = parseQuantity(chosen.quantity)
  const city = cities.find((one) => one.id === chosen.cityId)
  if (!tier || !city) return { problem: null, preview: null }
  if (quantity === null) return { problem: 'Write a whole number above 0', preview: null }
  const figures = await readPoolFigures(city.id, tier)
  if (!figures) return { problem: null, preview: null }
  const kept = keptIn?.cityId === city.id && keptIn.tier === tier ? seatsKept : 0
  const free = actualAvailable(figures) + kept
  const given = seatsGiven(exception, quantity)
  const freeAfter = free - given
  if (freeAfter < 0) {
    return {
      problem: `${city.name} has only ${counted(free, `free ${tierLabel(tier)} seat`)}`,
      preview: null,
    }
  }
  return {
    problem: null,
    preview: { cityId: city.id, cityName: city.name, tier, quantity, given, free, kept, freeAfter },
  }
}
