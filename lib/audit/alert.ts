import { createHash } from 'node:crypto'
import type { NewAlert } from '@/lib/alerts/alert'
import { counted } from '@/lib/counted'
import { describeDifference } from './difference'
import type { AuditRun } from './store-run'

const named = 5

/**
 * The alert of a run that found differences. The same rows at fault are told of once between two clean runs,
 * not every quarter of an hour.
 *
 * @param lastCleanRunId 0 where there was none
 */
export function auditAlert(run: AuditRun, lastCleanRunId: number): NewAlert {
  const { differences } = run
  const rows = differences.map(({ kind, cityId, tier, row }) => [kind, cityId, tier, row].join(' ')).sort()
  const digest = createHash('sha256').update(rows.join('\n')).digest('hex').slice(0, 16)
  const cities = new Set(differences.map(({ cityId }) => cityId))
  const [city] = cities
  const rest = differences.length - named
  return {
    kind: 'audit',
    key: `audit:${lastCleanRunId}:${digest}`,
    ...(cities.size === 1 && city != null && { cityId: city }),
    subject: `The audit found ${counted(differences.length, 'difference')}`,
    body: [
      ...differences.slice(0, named).map((difference) => `${describeDifference(difference)}.`),
      ...(rest > 0 ? [`And ${rest} more.`] : []),
      `Nothing was changed. Audit ${run.id} in the console has the whole list.`,
    ].join(' '),
  }
}
