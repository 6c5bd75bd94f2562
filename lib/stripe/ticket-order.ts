import type { Price } from '@/lib/cities'
import { noSuchCity } from '@/lib/no-such-city'
import { parseQuantity } from '@/lib/quantity'
import { parseTier, type PerTier, type Tier, tiers } from '@/lib/tier'
import type { SessionFacts } from './facts'

/** What a reservation had asked Stripe for. These parts of it never change. */
export interface ReservedOrder {
  reservationId: string
  cityId: string
  tier: Tier
  quantity: number
  amountCents: number | null
  sessionId: string | null
}

/** One line of what a session sold. */
export interface LineItem {
  /** The id of the price at Stripe. */
  priceId: string | null
  quantity: number
}

/** What a city asks for its tickets. */
export type CityPrices = Readonly<Partial<PerTier<Price>>>

/** What a paid session bought. */
export type TicketOrder =
  | { kind: 'order'; cityId: string; tier: Tier; quantity: number; note: string | null }
  /** The amount differs from what we asked for: only Stripe's line items tell how many tickets. */
  | { kind: 'ask' }
  | { kind: 'unreadable'; because: 'unknown_city' | 'unreadable'; detail: string }

/**
 * Reads how many tickets of which city and tier a session bought:
 * - If the amount is the one that our reservation asked for, the reservation's quantity counts.
 * - Without a reservation, the metadata's quantity counts if the amount is that many times the price, in its currency.
 * - Otherwise the line items are needed: the buyer may have changed the quantity on Stripe's page, or bought other things.
 */
export function readTicketOrder(
  facts: SessionFacts,
  known: { asked: ReservedOrder | null; prices: CityPrices; items?: readonly LineItem[] | undefined },
): TicketOrder {
  const { asked, prices, items } = known
  const own = asked && (asked.sessionId === null || asked.sessionId === facts.sessionId) ? asked : null
  const tier = own?.tier ?? parseTier(facts.ticketType)
  const cityId = own?.cityId ?? facts.cityId?.trim() ?? null
  if (cityId === null || !tier) return unreadable('unreadable', 'The metadata names no city or no tier')
  const price = prices[tier]
  const written = parseQuantity(facts.quantity)
  const order = (quantity: number): TicketOrder => ({
    kind: 'order',
    cityId,
    tier,
    quantity,
    note: written === quantity ? null : `metadata says ${facts.quantity ?? 'nothing'}`,
  })
  if (own?.amountCents != null && own.amountCents === facts.amountSubtotal) return order(own.quantity)
  if (items) {
    if (items.some((item) => item.quantity > 0 && isOfAnotherTier(item, tier, prices)))
      return unreadable('unreadable', 'Tickets of another tier were bought')
    const tickets = ticketsAmong(items, price?.stripePriceId ?? null)
    if (tickets === null)
      return unreadable('unreadable', 'Several things were bought; which are tickets is not known')
    return tickets > 0 ? order(tickets) : unreadable('unreadable', 'No tickets were bought')
  }
  if (!own && !price) return unreadable('unknown_city', noSuchCity)
  // The same number of another currency is another amount.
  const isPriced =
    price && price.amountCents > 0 && price.stripePriceId === null && price.currency === facts.currency
  const fits = isPriced && written !== null && written * price.amountCents === facts.amountSubtotal
  if (!own && fits) return order(written)
  return { kind: 'ask' }
}

/** The number of tickets. Of several lines only those count that have the tier's price at Stripe; null if none has it. */
function ticketsAmong(items: readonly LineItem[], ticketPriceId: string | null): number | null {
  const isTicket = ({ priceId }: LineItem) => priceId !== null && priceId === ticketPriceId
  if (items.length > 1 && !items.some(isTicket)) return null
  const tickets = items.length > 1 ? items.filter(isTicket) : items
  return tickets.reduce((sum, { quantity }) => sum + quantity, 0)
}

/** Compares with the prices that Stripe has today. A line with an earlier price tells nothing. */
function isOfAnotherTier({ priceId }: LineItem, tier: Tier, prices: CityPrices): boolean {
  if (priceId === null || priceId === prices[tier]?.stripePriceId) return false
  return tiers.some((other) => priceId === prices[other]?.stripePriceId)
}

function unreadable(because: 'unknown_city' | 'unreadable', detail: string): TicketOrder {
  return { kind: 'unreadable', because, detail }
}
