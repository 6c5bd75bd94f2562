import { sql } from 'kysely'
import pg from 'pg'
import type { Trx } from '@/lib/database'
import { errorText } from '@/lib/error-text'
import { type ChainPoint, genesis, type PoolId, readChainPoint, type WalkedChain, walkChain } from './chain'
import { compareStock } from './compare-stock'
import type { AuditDifference } from './difference'
import { readStockRecord } from './pools'

/** The furthest row of a pool's chain that was ever verified. It never moves back, or a rewritten chain would be clean. */
export interface Checkpoint extends PoolId {
  sequence: number
  hash: Buffer
  /** Where the next walk begins: before `sequence` while a row between them is unsound. */
  soundTo: number
}

export interface AuditedPool {
  rows: number
  verified: Checkpoint
  differences: AuditDifference[]
}

export interface PoolAudit {
  pool: PoolId
  checkpoint: Checkpoint | undefined
  /** Walk from the checkpoint, or all of it. */
  scope: 'incremental' | 'full'
  signal?: AbortSignal | undefined
}

/**
 * Audits one city and tier inside its own savepoint: what cannot even be read is a difference of this pool and
 * hides no other.
 */
export async function auditPool(trx: Trx, audit: PoolAudit): Promise<AuditedPool> {
  await sql`savepoint audited_pool`.execute(trx)
  try {
    const audited = await readPool(trx, audit)
    await sql`release savepoint audited_pool`.execute(trx)
    return audited
  } catch (error) {
    if (!isAboutContent(error)) throw error
    await sql`rollback to savepoint audited_pool`.execute(trx)
    const { pool, checkpoint } = audit
    const message = `these rows cannot be read: ${errorText(error).slice(0, 200)}`
    return {
      rows: 0,
      verified: checkpoint ?? { ...pool, sequence: 0, hash: genesis.hash, soundTo: 0 },
      differences: [{ kind: 'unreadable', ...pool, row: 'ledger', message }],
    }
  }
}

async function readPool(trx: Trx, { pool, checkpoint, scope, signal }: PoolAudit): Promise<AuditedPool> {
  const moved = checkpoint ? await checkpointDifferences(trx, checkpoint) : []
  const start =
    scope === 'incremental' && checkpoint && moved.length === 0 ? await startBefore(trx, checkpoint) : genesis
  const walked = await walkChain(trx, pool, start, signal)
  const stock = await readStockRecord(trx, pool)
  return {
    rows: walked.rows,
    verified: nextCheckpoint(pool, walked.verified, checkpoint, moved.length > 0),
    differences: [...moved, ...walked.differences, ...stockDifferences(pool, stock, walked)],
  }
}

/** A chain that was rewritten to its end is sound in itself: only the place that was verified before tells. */
function nextCheckpoint(
  pool: PoolId,
  sound: WalkedChain['verified'],
  before: Checkpoint | undefined,
  isChanged: boolean,
): Checkpoint {
  if (before && (isChanged || sound.sequence < before.sequence))
    return { ...before, soundTo: Math.min(before.sequence, sound.sequence) }
  return { ...pool, ...sound, soundTo: sound.sequence }
}

/** Whether the row that an earlier run verified is still there and the same. */
async function checkpointDifferences(trx: Trx, checkpoint: Checkpoint): Promise<AuditDifference[]> {
  const { cityId, tier, sequence, hash } = checkpoint
  const row = await readChainPoint(trx, { cityId, tier }, sequence)
  if (row?.hash.equals(hash)) return []
  const message = row
    ? 'an earlier audit verified it with another hash'
    : 'an earlier audit verified it; it is gone'
  return [{ kind: 'checkpoint', cityId, tier, row: `ledger row ${sequence}`, message }]
}

/** The row before the last sound one, which is thus judged once more: its content may have changed since. */
async function startBefore(trx: Trx, checkpoint: Checkpoint): Promise<ChainPoint> {
  return (await readChainPoint(trx, checkpoint, Math.max(0, checkpoint.soundTo - 1))) ?? genesis
}

function stockDifferences(
  pool: PoolId,
  stock: Awaited<ReturnType<typeof readStockRecord>>,
  walked: WalkedChain,
): AuditDifference[] {
  if (stock) return compareStock(pool, stock, walked)
  return [
    {
      kind: 'stock',
      ...pool,
      row: 'stock row',
      message: `it is gone; the ledger has ${walked.end.sequence} rows of it`,
    },
  ]
}

/**
 * Values that cannot be computed with (SQLSTATE classes 22 and 0A) and damaged pages (XX); anything else is about
 * the connection or us.
 */
function isAboutContent(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && /^(22|0A|XX)/.test(error.code ?? '')
}
