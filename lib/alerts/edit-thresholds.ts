import { sql } from 'kysely'
import { z } from 'zod'
import { audited, type AuditContext } from '@/lib/accounts/audit-log'
import { contentVersion } from '@/lib/content-version'
import type { Trx } from '@/lib/database'
import type { Result } from '@/lib/result'
import { tierLabel, tiers } from '@/lib/tier'
import { alertChannels } from './channel-names'
import { alertLevels, levelNames } from './levels'
import { readThresholds, type Threshold } from './thresholds'

/** Of each tier. */
const mostThresholds = 20

/** Thresholds as a form sends them. */
export const thresholdList = z
  .array(
    z.object({
      tier: z.enum(tiers),
      remaining: z
        .number('Seats left must be a whole number')
        .int('Seats left must be a whole number')
        .min(0, 'Seats left cannot be below 0')
        .max(10_000, 'Seats left must be at most 10000'),
      level: z.enum(alertLevels),
      channels: z.array(z.enum(alertChannels)).min(1, 'Choose at least one channel'),
    }),
  )
  .superRefine((thresholds, context) => {
    for (const tier of tiers) {
      const beyond = thresholds.findLastIndex((one) => one.tier === tier)
      if (thresholds.filter((one) => one.tier === tier).length <= mostThresholds) continue
      const message = `${tierLabel(tier)} can have at most ${mostThresholds} thresholds`
      context.addIssue({ code: 'custom', message, path: [beyond, 'remaining'] })
    }
    for (const [index, threshold] of thresholds.entries()) {
      const problem = problemOf(threshold, thresholds.slice(0, index))
      if (problem) context.addIssue({ code: 'custom', message: problem, path: [index, 'remaining'] })
    }
  })

/**
 * Replaces all thresholds. What has been crossed already does not fire again.
 *
 * @param thresholds checked by `thresholdList`
 * @param expected the version of those that the admin saw (`contentVersion` of `readThresholds`)
 */
export async function saveThresholds(
  thresholds: readonly Threshold[],
  expected: string,
  context: AuditContext,
): Promise<Result<null, 'changed_meanwhile'>> {
  return audited(context, { action: 'alert.thresholds' }, async (trx) => {
    await lockThresholds(trx)
    const before = await readThresholds(trx)
    if (contentVersion(before) !== expected) return { ok: false, code: 'changed_meanwhile' }
    await trx.deleteFrom('alert_thresholds').execute()
    if (thresholds.length > 0) {
      await trx
        .insertInto('alert_thresholds')
        .values(thresholds.map((threshold) => ({ ...threshold, channels: [...threshold.channels] })))
        .execute()
    }
    const after = await readThresholds(trx)
    return { ok: true, value: null, before: { thresholds: before }, after: { thresholds: after } }
  })
}

/** Rows cannot be locked that are not there yet, and sales must go on reading: an advisory lock among editors. */
async function lockThresholds(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('alert thresholds', 0))`.execute(trx)
}

/** The fewer seats are left, the more severe the level must be; or a burst would be told of as something mild. */
function problemOf(
  { tier, remaining, level }: Pick<Threshold, 'tier' | 'remaining' | 'level'>,
  before: readonly Pick<Threshold, 'tier' | 'remaining' | 'level'>[],
): string | null {
  const others = before.filter((one) => one.tier === tier)
  const severity = (one: Threshold['level']) => alertLevels.indexOf(one)
  if (others.some((one) => one.remaining === remaining))
    return `${tierLabel(tier)} has two thresholds at ${remaining} left`
  if (level === 'sold_out' && remaining !== 0) return `${levelNames.sold_out} belongs to 0 seats left`
  const crossing = others.find(
    (one) => one.remaining > remaining !== severity(one.level) < severity(level) || one.level === level,
  )
  return crossing
    ? `${tierLabel(tier)}: ${levelNames[level]} at ${remaining} left does not fit ${levelNames[crossing.level]} at ${crossing.remaining}; fewer seats need a more severe level`
    : null
}
