import { attemptAlerts } from '@/lib/alerts/attempt'
import { raiseAlerts } from '@/lib/alerts/raise'
import { onOwnConnection, type Trx } from '@/lib/database'
import { log } from '@/lib/log'
import { transact } from '@/lib/queues/transaction'
import { auditAlert } from './alert'
import { findDifferences } from './audit'
import { type AuditRun, storeRun } from './store-run'

export interface AuditOptions {
  /** Walk every chain from its first row, and look at every payment; otherwise from where the last run stopped. */
  full: boolean
  signal?: AbortSignal
}

/** Its largest statement looks at every payment once. */
const ownConnection = { applicationName: '6fb-audit', statementTimeoutMs: 10 * 60_000 }

/**
 * Compares ledger, stock, payments and reservations with each other, stores the verdict, and alerts on any
 * difference. Changes nothing of what it compares.
 *
 * @throws when the database is away or the signal aborts; nothing is stored then
 */
export async function runAudit({ full, signal }: AuditOptions): Promise<AuditRun> {
  const kind = full ? 'full' : 'incremental'
  const findings = await onOwnConnection(ownConnection, (connection) =>
    findDifferences(connection, kind, signal),
  )
  const run = await transact(async (trx) => {
    const stored = await storeRun(trx, kind, findings)
    if (stored.verdict === 'differences') await tellOf(trx, stored)
    return stored
  })
  const { id, verdict, rowsWalked } = run
  const found = { auditId: id, kind, verdict, rowsWalked, differences: run.differences.length }
  if (verdict === 'clean') log().info(found, 'audit is clean')
  else log().error({ ...found, code: 'audit_differences' }, 'the audit found differences')
  return run
}

async function tellOf(trx: Trx, run: AuditRun): Promise<void> {
  await attemptAlerts(trx, async () => {
    const clean = await trx
      .selectFrom('audit_runs')
      .select('id')
      .where('verdict', '=', 'clean')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
    await raiseAlerts(trx, [auditAlert(run, clean?.id ?? 0)])
  })
}
