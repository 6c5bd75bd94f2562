import type { AlertChannel, AlertLevel } from '@/db/tables/alerts'
import type { Connection, Trx } from '@/lib/database'
import type { Tier } from '@/lib/tier'

/** Fires when the seats left (actual limit − sold) reach `remaining` from above. */
export interface Threshold {
  tier: Tier
  remaining: number
  level: AlertLevel
  channels: readonly AlertChannel[]
}

/**
 * The threshold that a change of the seats left crosses: the most severe one (`before > remaining ≥ after`), or
 * null. It fires again only after the stock rose above it.
 *
 * @example crossed(defaultThresholds, 'ga', 12, 4) // the one at 5; 10 was passed as well
 */
export function crossed(
  thresholds: readonly Threshold[],
  tier: Tier,
  before: number,
  after: number,
): Threshold | null {
  const passed = thresholds.filter(
    (threshold) => threshold.tier === tier && before > threshold.remaining && threshold.remaining >= after,
  )
  return passed.reduce<Threshold | null>(
    (worst, next) => (worst === null || next.remaining < worst.remaining ? next : worst),
    null,
  )
}

/** Thresholds in the order that people read them: the mildest first. */
export async function readThresholds(connection: Connection): Promise<Threshold[]> {
  return connection
    .selectFrom('alert_thresholds')
    .selectAll()
    .orderBy('tier')
    .orderBy('remaining', 'desc')
    .execute()
}

/** Writes the default thresholds. */
export async function seedThresholds(trx: Trx): Promise<void> {
  await trx
    .insertInto('alert_thresholds')
    .values(defaultThresholds.map((threshold) => ({ ...threshold, channels: [...threshold.channels] })))
    // A release that broke off before this was one transaction may have written them.
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

const quiet = ['slack', 'email'] as const
const loud = ['slack', 'email', 'sms'] as const

export const defaultThresholds: readonly Threshold[] = [
  { tier: 'ga', remaining: 25, level: 'low', channels: quiet },
  { tier: 'ga', remaining: 15, level: 'monitor', channels: quiet },
  { tier: 'ga', remaining: 10, level: 'active', channels: quiet },
  { tier: 'ga', remaining: 5, level: 'critical', channels: loud },
  { tier: 'ga', remaining: 2, level: 'emergency', channels: loud },
  { tier: 'ga', remaining: 0, level: 'sold_out', channels: loud },
  { tier: 'vip', remaining: 10, level: 'low', channels: quiet },
  { tier: 'vip', remaining: 5, level: 'monitor', channels: quiet },
  { tier: 'vip', remaining: 3, level: 'critical', channels: loud },
  { tier: 'vip', remaining: 1, level: 'emergency', channels: loud },
  { tier: 'vip', remaining: 0, level: 'sold_out', channels: loud },
]
