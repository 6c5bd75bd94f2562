import { sql } from 'kysely'
import { type AuditContext, recordAudit } from '@/lib/accounts/audit-log'
import { database } from '@/lib/database'
import { queueSchema } from '@/lib/queues/definitions'
import { enqueue } from '@/lib/queues/send'
import { wakeWorkers } from '@/lib/queues/wake'
import type { Result } from '@/lib/result'
import type { AuditKind } from './audit'

/**
 * Asks the worker for a full audit in an admin's name. The queue has one at a time: one that waits, for its first try
 * or for another, will see all that has been mended by now; one that runs looks at what there was when it began, and has
 * to end before another can be asked for. Either is recorded as refused.
 */
export async function requestFullAudit(
  context: AuditContext,
): Promise<Result<null, 'already_waiting' | 'already_running'>> {
  const [added] = await enqueue(database(), 'audit', [{ kind: 'full' }])
  wakeWorkers('audit')
  const event = { action: 'audit.request' }
  if (added !== undefined) {
    await recordAudit(database(), context, { ...event, outcome: 'applied' })
    return { ok: true, value: null }
  }
  const waits = (await readAuditsUnderWay()).some(({ kind, runs }) => kind === 'full' && !runs)
  const code = waits ? 'already_waiting' : 'already_running'
  await recordAudit(database(), context, { ...event, outcome: 'refused', code })
  return { ok: false, code }
}

/** An audit whose verdict is still to come. */
export interface AuditUnderWay {
  kind: AuditKind
  /** It has begun; otherwise it waits for the worker. */
  runs: boolean
}

/** What has been asked for and has not ended: at most one of each kind. */
export async function readAuditsUnderWay(): Promise<AuditUnderWay[]> {
  // Index: pg-boss's job_i14, which holds few other states; they are named so that the planner sees it.
  const { rows } = await sql<AuditUnderWay>`
    select data ->> 'kind' as kind, state = 'active' as runs from ${sql.table(`${queueSchema}.job`)}
    where name = 'audit' and state in ('created', 'retry', 'active')`.execute(database())
  return rows
}
