import { noSuchCity } from '@/lib/no-such-city'
import { isStorableText } from '@/lib/outside-text'
import { parseTier } from '@/lib/tier'
import type { PoolId } from '../model'
import { type AdminRefusal, refusal } from './result'

/** Reads which city and tier are meant. Whether the city exists is for the change itself to find. */
export function readPool(cityId: unknown, tier: unknown): PoolId | AdminRefusal {
  if (!isStorableText(cityId)) return unknownCity()
  const known = parseTier(tier)
  return known ? { cityId, tier: known } : refusal('unknown_tier', 'Tier must be GA or VIP')
}

/** Refuses a change of a city that is not there. */
export function unknownCity(): AdminRefusal {
  return refusal('unknown_city', noSuchCity)
}
