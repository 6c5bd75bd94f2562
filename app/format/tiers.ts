import type { Tier } from '@/lib/tier'

/** How customers meet the tiers. */
export const tierNames: Record<Tier, { short: string; long: string }> = {
  ga: { short: 'GA', long: 'General admission' },
  vip: { short: 'VIP', long: 'VIP' },
}
