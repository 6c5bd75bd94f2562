import type { Tier } from '@/db/tables/cities'
import { maxTextLength } from '@/lib/outside-text'

export type { Tier }

export const tiers = ['ga', 'vip'] as const satisfies readonly Tier[]

/** Something for each tier. */
export type PerTier<T> = Record<Tier, T>

/** The same asked of each tier. */
export function perTier<T>(of: (tier: Tier) => T): PerTier<T> {
  return { ga: of('ga'), vip: of('vip') }
}

/** What customers may see of each tier: seats per city. */
export const defaultPublicLimits: PerTier<number> = { ga: 35, vip: 15 }

/** Reads a tier from outside: any case, surrounding blanks ignored. Anything else is null. */
export function parseTier(input: unknown): Tier | null {
  if (typeof input !== 'string' || input.length > maxTextLength) return null
  // ASCII blanks only: a no-break or zero-width space is somebody's mistake, not our word.
  const word = input.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '').toLowerCase()
  return word === 'ga' || word === 'vip' ? word : null
}

/** How people write it: `GA`, `VIP`. */
export function tierLabel(tier: Tier): string {
  return tier.toUpperCase()
}
