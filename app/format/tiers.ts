import type { PerTier } from '@/lib/tier'

/** How customers meet the tiers. */
export const tierNames: PerTier<{ short: string; long: string }> = {
  ga: { short: 'GA', long: 'General admission' },
  vip: { short: 'VIP', long: 'VIP' },
}
