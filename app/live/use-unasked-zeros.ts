import { useState } from 'react'
import type { PublicStock } from '@/lib/inventory/public-stock'
import { type PerTier, perTier, tiers } from '@/lib/tier'

/**
 * Whether each tier's public number has come to 0 and the loader has not answered since. Only the loader knows whether
 * the tier has last seats; `useRevalidateAtZero` asks it.
 *
 * @param stock the numbers of now
 * @param loaded the loader's numbers; another object each time it answers
 */
export function useUnaskedZeros(stock: PublicStock, loaded: PublicStock): PerTier<boolean> {
  const [before, setBefore] = useState<Partial<PerTier<PublicStock>>>({})
  // What the loader has just answered reaches the numbers of now a render later.
  const isOlder = new Date(stock.lastUpdated) < new Date(loaded.lastUpdated)
  const above = isOlder ? [] : tiers.filter((tier) => stock.publicAvailable[tier] > 0)
  if (above.some((tier) => before[tier] !== loaded)) {
    setBefore({ ...before, ...Object.fromEntries(above.map((tier) => [tier, loaded])) })
  }
  return perTier((tier) => stock.publicAvailable[tier] === 0 && before[tier] === loaded)
}
