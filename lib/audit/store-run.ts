import { sql } from 'kysely'
import type { Trx } from '@/lib/database'
import type { AuditFindings, AuditKind } from './audit'
import type { AuditDifference } from './difference'

/** A finished audit. */
export interface AuditRun {
  id: number
  kind: AuditKind
  startedAt: Date
  finishedAt: Date
  verdict: 'clean' | 'differences'
  differences: AuditDifference[]
  /** Rows of the ledger that were judged. */
  rowsWalked: number
}

/** More are not worth a person's time; a last line says how many there are. */
const storedDifferences = 500

/** Stores a verdict, and up to where each chain is sound. */
export async function storeRun(trx: Trx, kind: AuditKind, findings: AuditFindings): Promise<AuditRun> {
  const differences = bounded(findings.differences)
  const verdict = differences.length === 0 ? 'clean' : 'differences'
  const row = await trx
    .insertInto('audit_runs')
    .values({
      kind,
      started_at: findings.startedAt,
      verdict,
      differences: JSON.stringify(differences),
      rows_walked: findings.rowsWalked,
    })
    .returning(['id', 'finished_at'])
    .executeTakeFirstOrThrow()
  await storeCheckpoints(trx, row.id, findings.checkpoints)
  return {
    id: row.id,
    kind,
    startedAt: findings.startedAt,
    finishedAt: row.finished_at,
    verdict,
    differences,
    rowsWalked: findings.rowsWalked,
  }
}

/**
 * Two runs may overlap. A place moves forward only from where this run found it, but always back: what one run
 * found unsound is walked again by every later one.
 */
async function storeCheckpoints(
  trx: Trx,
  runId: number,
  checkpoints: AuditFindings['checkpoints'],
): Promise<void> {
  const moved = checkpoints.filter(({ before, verified }) => before?.sequence !== verified.sequence)
  if (moved.length === 0) return
  const column = <T>(pick: (one: AuditFindings['checkpoints'][number]) => T): T[] => moved.map(pick)
  await sql`
    insert into audit_checkpoints as c (city_id, tier, sequence, hash, run_id)
    select new.city_id, new.tier, new.sequence, new.hash, ${runId}
    from unnest(${column(({ verified }) => verified.cityId)}::text[], ${column(({ verified }) => verified.tier)}::text[],
      ${column(({ verified }) => verified.sequence)}::bigint[], ${column(({ verified }) => verified.hash)}::bytea[])
      as new (city_id, tier, sequence, hash)
    order by new.city_id, new.tier
    on conflict (city_id, tier) do update set sequence = excluded.sequence, hash = excluded.hash, run_id = excluded.run_id
    where excluded.sequence < c.sequence
      or (c.city_id, c.tier, c.sequence) in (
        select * from unnest(${column(({ verified }) => verified.cityId)}::text[],
          ${column(({ verified }) => verified.tier)}::text[], ${column(({ before }) => before?.sequence ?? null)}::bigint[]))`.execute(
    trx,
  )
}

function bounded(differences: readonly AuditDifference[]): AuditDifference[] {
  if (differences.length <= storedDifferences) return [...differences]
  const message = `${differences.length} differences in all; the first ones are listed`
  return [
    ...differences.slice(0, storedDifferences),
    { kind: 'more', cityId: null, tier: null, row: 'audit', message },
  ]
}
