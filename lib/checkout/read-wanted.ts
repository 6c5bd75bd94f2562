import { getCityById } from '@/lib/cities'
import { config } from '@/lib/config'
import { parseEmail } from '@/lib/email'
import { findLink } from '@/lib/links/read-links'
import { noSuchCity } from '@/lib/no-such-city'
import { checkoutQuantity, parseQuantity } from '@/lib/quantity'
import { parseTier } from '@/lib/tier'
import type { CheckoutFailure } from './checkout-result'
import { linkUse } from './link-use'
import { findVisitorsHold } from './reservations'
import { changedPrice } from './shown-price'
import { addressHash, visitorHash } from './visitor-hash'
import type { Wanted } from './wanted'

export interface CheckoutInput extends CheckoutPlace {
  ticketType: unknown
  quantity: unknown
  email?: unknown
  /** What a private link ends in; blank for an ordinary checkout. */
  link?: unknown
  /** The price of the tier on the page that it was ordered from (`shownPriceText`); blank where there was none. */
  shownPrice?: string | null | undefined
  /** The visitor's secret token; a new one is made, and given back as `holdToken`, where there is none. */
  visitorToken: string | null
  /**
   * The token came with the request, so the visitor finds what they hold again, whatever the answer. Without it, seats
   * that a refused order kept would be nobody's.
   */
  comesBack: boolean
}

/** Where an order comes from. */
export interface CheckoutPlace {
  cityId: string
  /** The network address, for a limit per address where one is configured. */
  address: string | null
  /** Where customers come back to, without a trailing slash. */
  publicUrl: string
}

/** Reads what a buyer wants, or says what is wrong with it. */
export async function readWanted(input: CheckoutInput, token: string): Promise<Wanted | CheckoutFailure> {
  const tier = parseTier(input.ticketType)
  if (!tier) return invalid('tier', 'Choose GA or VIP')
  const quantity = parseQuantity(input.quantity)
  const { min, max } = checkoutQuantity
  if (quantity === null || quantity < min || quantity > max) {
    return invalid('quantity', `The number of seats must be a whole number from ${min} to ${max}`)
  }
  const blank = input.email === undefined || input.email === null || input.email === ''
  const email = blank ? null : parseEmail(input.email)
  if (!blank && email === null) return invalid('email', 'Enter an email address in the form name@example.com')
  const city = await getCityById(input.cityId)
  if (!city) return unknownCity
  const changed = changedPrice(input.shownPrice, { tier, city })
  if (changed) return changed
  const hash = visitorHash(token)
  const link = await readLink(input.link, { cityId: city.id, tier, email, visitorHash: hash })
  if (!link.ok) return link
  return {
    city,
    tier,
    quantity,
    email,
    isEmailLeftOut: false,
    comesBack: input.comesBack,
    linkId: link.id,
    visitorHash: hash,
    addressHash: limitedAddress(input),
    publicUrl: input.publicUrl,
  }
}

/** What the hold keeps of the address; null where no limit needs it. */
export function limitedAddress({ address }: CheckoutPlace): string | null {
  const { holdLimits, sessionSecret } = config()
  return holdLimits.perAddress === undefined || address === null ? null : addressHash(address, sessionSecret)
}

/** The link that the hold is to name, if any. */
async function readLink(
  given: unknown,
  order: Pick<Wanted, 'tier' | 'email' | 'visitorHash'> & { cityId: string },
): Promise<{ ok: true; id: string | null } | CheckoutFailure> {
  if (given === undefined || given === null || given === '') return { ok: true, id: null }
  const link = typeof given === 'string' ? await findLink(given) : null
  if (!link) return invalid('link', 'This link is not valid any more')
  const live = await findVisitorsHold(order.cityId, order.visitorHash)
  const own = live?.linkId === link.id ? live.quantity : 0
  switch (linkUse(link, order, own)) {
    case 'named':
      return { ok: true, id: link.id }
    case 'passed_over':
      return { ok: true, id: null }
    case 'other_address':
      return order.email === null
        ? invalid('email', 'Enter the email address that the link was sent to')
        : invalid('email', 'This link is for another email address')
  }
}

export const unknownCity: CheckoutFailure = {
  ok: false,
  code: 'unknown_city',
  message: noSuchCity,
  field: 'cityId',
}

function invalid(field: NonNullable<CheckoutFailure['field']>, message: string): CheckoutFailure {
  return { ok: false, code: 'invalid', message, field }
}
