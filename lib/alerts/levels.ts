import type { AlertLevel } from '@/db/tables/alerts'

/** How urgent a stock alert is, mildest first. */
export const alertLevels = [
  'low',
  'monitor',
  'active',
  'critical',
  'emergency',
  'sold_out',
] as const satisfies readonly AlertLevel[]

export const levelNames: Record<AlertLevel, string> = {
  low: 'Low',
  monitor: 'Monitor',
  active: 'Active monitoring',
  critical: 'Critical',
  emergency: 'Emergency',
  sold_out: 'Sold out',
}

/** Levels that can wait a minute, so that several cities' alerts become one message. */
export function isMild(level: AlertLevel | null): boolean {
  return level === 'low' || level === 'monitor' || level === 'active'
}
