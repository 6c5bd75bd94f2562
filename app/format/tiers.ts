import type { PerTier } from '@/lib/tier'

/**
 * How customers meet the tiers: the long name brings the short one along, which stands alone elsewhere. Where the short one
 * does not follow, the full name is enough.
 */
export const tierNames: PerTier<{ short: string; full: string; long: string }> = {
  ga: { short: 'GA', full: 'General admission', long: 'General admission (GA)' },
  vip: { short: 'VIP', full: 'VIP', long: 'VIP' },
}
