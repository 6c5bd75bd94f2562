import type { AlertChannel, AlertKind, AlertLevel } from '@/db/tables/alerts'

/** How urgent a stock alert is, mildest first. */
export const alertLevels = ['low', 'monitor', 'active', 'critical', 'emergency', 'sold_out'] as const

export const levelNames: Record<AlertLevel, string> = {
  low: 'Low',
  monitor: 'Monitor',
  active: 'Active monitoring',
  critical: 'Critical',
  emergency: 'Emergency',
  sold_out: 'Sold out',
}

export const alertChannels = ['slack', 'email', 'sms'] as const satisfies readonly AlertChannel[]

/** Whether an alert overtakes the others on its channel: all but those that are mild, or tell of what an admin just did. */
export function isUrgent({ kind, level }: { kind: AlertKind; level: AlertLevel | null }): boolean {
  return !isGathered(level) && !isOfAnAdmin[kind]
}

const isOfAnAdmin: Record<AlertKind, boolean> = {
  threshold: false,
  sold_out: false,
  public_sell_out: false,
  expansion: true,
  reset: true,
  exception: false,
  not_reconciled: false,
  dead_letter: false,
  payment_page: false,
  audit: false,
  manual: true,
  test: true,
}

/** Levels that can wait a minute, so that several cities' alerts become one message. */
export function isGathered(level: AlertLevel | null): boolean {
  return level === 'low' || level === 'monitor' || level === 'active'
}
