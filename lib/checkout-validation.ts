import { noSuchCity } from '@/lib/no-such-city'
import { getAvailableCities } from './cities'
import { availableToAnybody } from './inventory/availability'
import { readFigures } from './inventory/figures'
import { shortageText } from './inventory/shortage'
import { isStorableText } from './outside-text'
import { checkoutQuantity, fewSeats, parseQuantity } from './quantity'
import { parseTier, type Tier, tierLabel, tiers } from './tier'

export interface CheckoutValidation {
  valid: boolean
  errors: string[]
  warnings: string[]
  /** `available` is what a hold finds, for callers on the server; it is hidden from customers. */
  inventory: { requested: number; available: number; tier: string; cityId: string }
  suggestions?: { alternativeTiers?: Tier[]; alternativeCities?: string[] }
}

export interface ValidationOptions {
  /** Look for the other tier and other cities when the order cannot be met. Default true. */
  suggest?: boolean
}

interface Order {
  cityId: string
  ticketType: string
  quantity: number
}

/**
 * Checks an order before any seat is held: ticket type in any case, 1 to 10 tickets. Measured against actual stock, but
 * without hidden seats that only private links sell. It promises nothing: only a hold keeps a seat.
 *
 * @example await validateCheckout({ cityId: 'dallas-jan-2026', ticketType: 'GA', quantity: 2 })
 */
export async function validateCheckout(
  order: Order,
  options: ValidationOptions = {},
): Promise<CheckoutValidation> {
  const { cityId, ticketType, quantity: ordered } = (order ?? {}) as Partial<Order>
  const tier = parseTier(ticketType)
  const quantity = parseQuantity(ordered)
  const errors: string[] = []
  if (!tier) errors.push('Ticket type must be GA or VIP')
  if (quantity === null || quantity < checkoutQuantity.min || quantity > checkoutQuantity.max) {
    errors.push(`Quantity must be a whole number from ${checkoutQuantity.min} to ${checkoutQuantity.max}`)
  }
  const pools = isStorableText(cityId) ? (await readFigures({ cityId })).filter((one) => !one.archived) : []
  if (pools.length === 0) errors.push(noSuchCity)
  else if (pools.some((one) => one.saleState !== 'on_sale'))
    errors.push('Seats for this workshop are not on sale')
  const pool = pools.find((one) => one.tier === tier)
  const available = pool ? availableToAnybody(pool) : 0
  const inventory = {
    requested: quantity ?? 0,
    available,
    tier: tier ?? textOf(ticketType),
    cityId: textOf(cityId),
  }
  if (errors.length > 0 || !tier || quantity === null)
    return { valid: false, errors, warnings: [], inventory }
  if (available < quantity) {
    errors.push(shortageText(available, { tier, quantity }))
    const suggestions = options.suggest === false ? null : await suggest(inventory.cityId, tier, quantity)
    return { valid: false, errors, warnings: [], inventory, ...(suggestions && { suggestions }) }
  }
  const warnings = available <= fewSeats ? [`Only ${available} ${tierLabel(tier)} tickets remain`] : []
  return { valid: true, errors, warnings, inventory }
}

/** Code that is not checked for types may give anything. */
function textOf(given: unknown): string {
  return typeof given === 'string' ? given : ''
}

async function suggest(cityId: string, tier: Tier, quantity: number) {
  const [figures, cities] = await Promise.all([readFigures(), getAvailableCities()])
  const fits = (city: string, of: Tier) =>
    figures.some((pool) => pool.cityId === city && pool.tier === of && availableToAnybody(pool) >= quantity)
  return {
    alternativeTiers: tiers.filter((other) => other !== tier && fits(cityId, other)),
    alternativeCities: cities.map((city) => city.id).filter((id) => id !== cityId && fits(id, tier)),
  }
}
