import { availableToAnybody, publicAvailable } from '@/lib/inventory/availability'
import { readPoolFigures } from '@/lib/inventory/figures'
import { shortageText } from '@/lib/inventory/shortage'
import { noSuchCity } from '@/lib/no-such-city'
import { checkoutQuantity, parseQuantity } from '@/lib/quantity'
import { parseTier } from '@/lib/tier'
import type { Failure } from '../envelope'
import type { LiveStock } from './live-stock'

export interface PublicValidation {
  valid: boolean
  /** The public number, or the quantity asked for where that is larger and valid. */
  available: number
  error?: string
}

export type ValidationResult = { ok: true; answer: PublicValidation } | { ok: false; failure: Failure }

/**
 * Whether a checkout of 1 to 10 seats would find them now. Seats beyond the public number can be found where
 * the city sells them openly; their number cannot be learned.
 */
export async function validatePublicly(
  liveStock: LiveStock,
  asked: { cityId: string | null; tier: unknown; quantity: unknown },
): Promise<ValidationResult> {
  if (asked.cityId === null) return refused('invalid', 'cityId is missing')
  const tier = parseTier(asked.tier)
  if (!tier) return refused('invalid', 'tier must be ga or vip')
  const quantity = parseQuantity(asked.quantity)
  const { min, max } = checkoutQuantity
  if (quantity === null || quantity > max) {
    return refused('invalid', `quantity must be a whole number from ${min} to ${max}`)
  }
  const city = (await liveStock.read()).city(asked.cityId)
  const pool = city && (await readPoolFigures(city.id, tier))
  if (!pool) return refused('unknown_city', noSuchCity)

  const shown = publicAvailable(pool)
  if (city.saleState !== 'on_sale') return invalid(shown, `${city.name} is not on sale`)
  if (quantity <= availableToAnybody(pool)) {
    return { ok: true, answer: { valid: true, available: Math.max(shown, quantity) } }
  }
  return invalid(shown, shortageText(shown, { tier, quantity }))
}

function refused(code: 'invalid' | 'unknown_city', message: string): ValidationResult {
  return { ok: false, failure: { code, message } }
}

function invalid(available: number, error: string): ValidationResult {
  return { ok: true, answer: { valid: false, available, error } }
}
