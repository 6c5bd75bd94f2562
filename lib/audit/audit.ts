import { sql } from 'kysely'
import type { AuditKind } from '@/db/tables/audits'
import type { Connection, Trx } from '@/lib/database'
import { poolKey } from '@/lib/inventory/model'
import { auditPools, type Checkpoint } from './audit-pools'
import type { AuditDifference } from './difference'
import { auditPayments } from './payments'
import { poolSets } from './pool-sets'
import { listPools } from './pools'

export interface AuditFindings {
  startedAt: Date
  rowsWalked: number
  differences: AuditDifference[]
  checkpoints: { before: Checkpoint | undefined; verified: Checkpoint }[]
}

/** A transaction that began before a run and ended after it had earlier times; one hour is more than any lives. */
const overlapHours = 1

/**
 * Compares all records with each other in one snapshot, so that the answer is right while buyers go on buying. Reads
 * only. An incremental audit begins where the last one found the ledger sound, and looks at payments and events since
 * the last clean run: so what an earlier run found stays in sight until it is mended.
 */
export async function findDifferences(
  connection: Connection,
  kind: AuditKind,
  signal?: AbortSignal,
): Promise<AuditFindings> {
  return connection
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((trx) => audit(trx, kind, signal))
}

async function audit(trx: Trx, kind: AuditKind, signal?: AbortSignal): Promise<AuditFindings> {
  const { startedAt, since } = await readTimes(trx)
  const known = new Map((await readCheckpoints(trx)).map((checkpoint) => [poolKey(checkpoint), checkpoint]))
  const findings: AuditFindings = { startedAt, rowsWalked: 0, differences: [], checkpoints: [] }
  for (const set of poolSets(await listPools(trx))) {
    const audits = set.map(({ pool }) => ({ pool, checkpoint: known.get(poolKey(pool)) }))
    for (const { rows, differences, before, verified } of await auditPools(trx, audits, { kind, signal })) {
      findings.rowsWalked += rows
      findings.differences.push(...differences)
      findings.checkpoints.push({ before, verified })
    }
  }
  signal?.throwIfAborted()
  findings.differences.push(...(await auditPayments(trx, kind === 'full' ? null : since)))
  return findings
}

async function readTimes(trx: Trx): Promise<{ startedAt: Date; since: Date | null }> {
  // The primary key backwards, over the runs that had differences.
  const { rows } = await sql<{ startedAt: Date; since: Date | null }>`
    select app_now() as "startedAt",
      (select started_at - make_interval(hours => ${overlapHours}) from audit_runs
        where verdict = 'clean' order by id desc limit 1) as since`.execute(trx)
  return rows[0] ?? { startedAt: new Date(), since: null }
}

async function readCheckpoints(trx: Trx): Promise<Checkpoint[]> {
  const rows = await trx.selectFrom('audit_checkpoints').selectAll().execute()
  return rows.map(({ city_id, tier, sequence, hash, sound_to }) => {
    const soundTo = Math.min(sequence, sound_to ?? sequence)
    return { cityId: city_id, tier, sequence, hash, soundTo }
  })
}
