import { sql } from 'kysely'
import { rowsOf } from '@/db/rows-of'
import type { AuditKind } from '@/db/tables/audits'
import type { Trx } from '@/lib/database'
import type { AuditFindings } from './audit'
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

/** Stores a verdict, and up to where each chain is verified and sound. */
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
 * Two runs may overlap. The place where walks begin moves forward only from where this run found it, but always back:
 * what one run found unsound is walked again by every later run. The verified place only moves forward.
 */
async function storeCheckpoints(
  trx: Trx,
  runId: number,
  checkpoints: AuditFindings['checkpoints'],
): Promise<void> {
  const moved = checkpoints.filter(
    ({ before, verified }) => before?.sequence !== verified.sequence || before.soundTo !== verified.soundTo,
  )
  if (moved.length === 0) return
  await sql`
    insert into audit_checkpoints as c (city_id, tier, sequence, hash, sound_to, run_id)
    select new.*, ${runId}
    from ${rowsOf(moved, {
      city_id: ['text', ({ verified }) => verified.cityId],
      tier: ['text', ({ verified }) => verified.tier],
      sequence: ['bigint', ({ verified }) => verified.sequence],
      hash: ['bytea', ({ verified }) => verified.hash],
      sound_to: ['bigint', ({ verified }) => verified.soundTo],
    })} new
    order by new.city_id, new.tier
    on conflict (city_id, tier) do update set
      sequence = greatest(c.sequence, excluded.sequence),
      hash = case when excluded.sequence > c.sequence then excluded.hash else c.hash end,
      sound_to = excluded.sound_to, run_id = excluded.run_id
    where excluded.sound_to < least(c.sequence, c.sound_to)
      or (c.city_id, c.tier, c.sequence, least(c.sequence, c.sound_to)) in (
        select * from ${rowsOf(moved, {
          city_id: ['text', ({ verified }) => verified.cityId],
          tier: ['text', ({ verified }) => verified.tier],
          sequence: ['bigint', ({ before }) => before?.sequence],
          sound_to: ['bigint', ({ before }) => before?.soundTo],
        })} found)`.execute(trx)
}

function bounded(differences: readonly AuditDifference[]): AuditDifference[] {
  if (differences.length <= storedDifferences) return [...differences]
  const message = `${differences.length} differences in all; the first ones are listed`
  return [
    ...differences.slice(0, storedDifferences),
    { kind: 'more', cityId: null, tier: null, row: 'audit', message },
  ]
}
