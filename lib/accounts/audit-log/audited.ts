import { database, type Trx } from '@/lib/database'
import type { Result } from '@/lib/result'
import type { AuditContext, AuditEvent } from './entry'
import { recordAudit } from './record'

/** A `Result` with what the log says about it. `target` where only the action finds out what it was done to. */
export type Attempt<Value, Code extends string> = Result<Value, Code> &
  Pick<AuditEvent, 'before' | 'after' | 'target'>

/**
 * Runs an action in a transaction and records what came of it. Applied and refused ones are recorded in that
 * transaction; one that throws is recorded as failed after it, and the error goes on to the caller.
 *
 * @param work must not have changed anything when it refuses
 */
export async function audited<Value, Code extends string>(
  context: AuditContext,
  event: Pick<AuditEvent, 'action' | 'target' | 'reason' | 'authorizedBy'>,
  work: (trx: Trx) => Promise<Attempt<Value, Code>>,
): Promise<Result<Value, Code>> {
  try {
    return await database()
      .transaction()
      .execute(async (trx) => {
        const attempt = await work(trx)
        const { before, after, target = event.target } = attempt
        const found = { ...event, target, before, after }
        await recordAudit(
          trx,
          context,
          attempt.ok
            ? { ...found, outcome: 'applied' }
            : { ...found, outcome: 'refused', code: attempt.code },
        )
        return attempt.ok ? { ok: true, value: attempt.value } : { ok: false, code: attempt.code }
      })
  } catch (error) {
    // While the database is away there is nowhere to write it; the error itself is what matters.
    await recordAudit(database(), context, { ...event, outcome: 'failed', code: 'unexpected' }).catch(
      () => undefined,
    )
    throw error
  }
}
