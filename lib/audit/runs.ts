import type { AuditKind } from '@/db/tables/audits'
import { database } from '@/lib/database'
import { auditDifference } from './difference'
import type { AuditRun } from './store-run'

/** The latest run of each kind, or null before the first. */
export async function readAuditState(): Promise<Record<AuditKind, AuditRun | null>> {
  // The primary key backwards: a full run is at most a week of runs back.
  const latest = (kind: AuditKind) =>
    runs().where('kind', '=', kind).orderBy('id', 'desc').limit(1).executeTakeFirst()
  const [incremental, full] = [await latest('incremental'), await latest('full')]
  return { incremental: incremental ? toRun(incremental) : null, full: full ? toRun(full) : null }
}

/** Runs newest first, before the one of that id, with that verdict. */
export async function readAuditRuns(
  page: { before?: number | undefined; verdict?: AuditRun['verdict'] | undefined; limit?: number } = {},
): Promise<AuditRun[]> {
  const { before, verdict, limit = 50 } = page
  // The primary key backwards, also for the few with differences: a year has 35,000 short rows.
  let query = runs().orderBy('id', 'desc').limit(Math.min(limit, 500))
  if (before !== undefined) query = query.where('id', '<', before)
  if (verdict !== undefined) query = query.where('verdict', '=', verdict)
  return (await query.execute()).map(toRun)
}

function runs() {
  return database().selectFrom('audit_runs').selectAll()
}

function toRun(row: Awaited<ReturnType<ReturnType<typeof runs>['executeTakeFirstOrThrow']>>): AuditRun {
  return {
    id: row.id,
    kind: row.kind,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    verdict: row.verdict,
    differences: auditDifference.array().parse(row.differences),
    rowsWalked: row.rows_walked,
  }
}
