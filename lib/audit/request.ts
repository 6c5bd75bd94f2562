import { sql } from 'kysely'
import type { AuditKind } from '@/db/tables/audits'
import { type AuditContext, recordAudit } from '@/lib/accounts/audit-log'
import { database } from '@/lib/database'
import { queueSchema } from '@/lib/queues/definitions'
import { enqueue } from '@/lib/queues/send'
import { wakeWorkers } from '@/lib/queues/wake'
import type { Result } from '@/lib/result'

/**
 * Asks the worker for a full audit in an admin's name. The queue has one full audit at a time. If one waits, for its
 * first try or for another, it will see all that has been mended by now. If one runs, it looks at the rows as they were
 * when it began, and has to end before another can be asked for. In both cases the request is refused, and recorded so.
 */
export async function requestFullAudit(
  context: AuditContext,
): Promise<Result<null, 'already_waiting' | 'already_running'>> {
  const refusal = await addFullAudit()
  wakeWorkers('audit')
  const event = { action: 'audit.request' }
  if (refusal === null) {
    await recordAudit(database(), context, { ...event, outcome: 'applied' })
    return { ok: true, value: null }
  }
  const code = refusal.runs ? 'already_running' : 'already_waiting'
  await recordAudit(database(), context, { ...event, outcome: 'refused', code })
  return { ok: false, code }
}

/** @returns the audit that is in the way, or null if the new one was added */
async function addFullAudit(triesLeft = 3): Promise<Pick<AuditUnderWay, 'runs'> | null> {
  const [added] = await enqueue(database(), 'audit', [{ kind: 'full' }])
  if (added !== undefined) return null
  const other = (await readAuditsUnderWay()).find(({ kind }) => kind === 'full')
  if (other) return other
  // That audit has ended since, so nothing is in the way any more.
  return triesLeft > 1 ? addFullAudit(triesLeft - 1) : { runs: true }
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
