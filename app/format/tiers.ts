import type { PerTier } from '@/lib/tier'

/** How customers meet the tiers: the long name brings the short one along, which stands alone elsewhere. */
export const tierNames: PerTier<{ short: string; long: string }> = {
  ga: { short: 'GA', long: 'General admission (GA)' },
  vip: { short: 'VIP', long: 'VIP' },
}
