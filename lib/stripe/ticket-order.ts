import type { Price } from '@/lib/cities'
import { parseQuantity } from '@/lib/quantity'
import { parseTier, type Tier } from '@/lib/tier'
import type { SessionFacts } from './facts'

/** What a reservation had asked Stripe for. These parts of it never change. */
export interface Asked {
  reservationId: string
  cityId: string
  tier: Tier
  quantity: number
  amountCents: number | null
  sessionId: string | null
}

/** What a paid session bought. */
export type TicketOrder =
  | { kind: 'order'; cityId: string; tier: Tier; quantity: number; note: string | null }
  /** The amount differs from what we asked for: only Stripe's line items tell how many tickets. */
  | { kind: 'ask' }
  | { kind: 'unreadable'; because: 'unknown_city' | 'unreadable'; detail: string }

/**
 * How many tickets of what a session is for. Our own reservation counts when the amount is the one it asked
 * for; without one, the metadata where the amount is that many times the price. Otherwise the quantity may
 * have been changed on Stripe's page, and `counted` (the line items' sum) is needed.
 */
export function readTicketOrder(
  facts: SessionFacts,
  known: { asked: Asked | null; price: Price | null; counted?: number | undefined },
): TicketOrder {
  const { asked, price, counted } = known
  const own = asked && (asked.sessionId === null || asked.sessionId === facts.sessionId) ? asked : null
  const tier = own?.tier ?? parseTier(facts.ticketType)
  const cityId = own?.cityId ?? facts.cityId?.trim() ?? null
  if (cityId === null || !tier) return unreadable('unreadable', 'The metadata names no city or no tier')
  const written = parseQuantity(facts.quantity)
  const order = (quantity: number): TicketOrder => ({
    kind: 'order',
    cityId,
    tier,
    quantity,
    note: written === quantity ? null : `metadata says ${facts.quantity ?? 'nothing'}`,
  })
  if (own?.amountCents != null && own.amountCents === facts.amountSubtotal) return order(own.quantity)
  if (counted !== undefined)
    return counted > 0 ? order(counted) : unreadable('unreadable', 'No tickets were bought')
  if (!own && !price) return unreadable('unknown_city', 'There is no such city')
  const fits = price && price.stripePriceId === null && written !== null
  if (!own && fits && written * price.amountCents === facts.amountSubtotal) return order(written)
  return { kind: 'ask' }
}

function unreadable(because: 'unknown_city' | 'unreadable', detail: string): TicketOrder {
  return { kind: 'unreadable', because, detail }
}
