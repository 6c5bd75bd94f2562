import type { AlertLevel } from '@/db/tables/alerts'
import { crossed, type Threshold } from '@/lib/alerts/thresholds'
import type { InventoryStatus } from '@/lib/inventory/status'
import { type Tier, tiers } from '@/lib/tier'

/** The alert level that a tier's stock is at: the one it would fire on its way down from full. Null: above all thresholds. */
export function levelOf(
  { actualLimits, sold }: Pick<InventoryStatus, 'actualLimits' | 'sold'>,
  tier: Tier,
  thresholds: readonly Threshold[],
): AlertLevel | null {
  return crossed(thresholds, tier, Number.POSITIVE_INFINITY, actualLimits[tier] - sold[tier])?.level ?? null
}

/** Whether so little is left that somebody should decide something. Sold out is over, not low. */
export function isLow(level: AlertLevel | null): boolean {
  return level === 'critical' || level === 'emergency'
}

/** Whether any tier is low. */
export function hasLowStock(
  stock: Pick<InventoryStatus, 'actualLimits' | 'sold'>,
  thresholds: readonly Threshold[],
): boolean {
  return tiers.some((tier) => isLow(levelOf(stock, tier, thresholds)))
}
