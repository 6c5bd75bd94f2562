import { sql } from 'kysely'
import pg from 'pg'
import type { AuditKind } from '@/db/tables/audits'
import type { Trx } from '@/lib/database'
import { errorText } from '@/lib/error-text'
import { type PoolId, poolKey } from '@/lib/inventory/model'
import {
  type ChainPoint,
  type ChainStart,
  genesis,
  readChainPoints,
  type WalkedChain,
  walkChains,
} from './chain'
import { compareStock } from './compare-stock'
import type { AuditDifference } from './difference'
import { readStockRecords, type StockRecord } from './pools'

/** The furthest row of a pool's chain that was ever verified. It never moves back, or a rewritten chain would be clean. */
export interface Checkpoint extends PoolId {
  sequence: number
  hash: Buffer
  /** Where the next walk begins: before `sequence` while a row between them is unsound. */
  soundTo: number
}

export interface PoolAudit {
  pool: PoolId
  checkpoint: Checkpoint | undefined
}

export interface AuditedPool {
  rows: number
  before: Checkpoint | undefined
  verified: Checkpoint
  differences: AuditDifference[]
}

export interface AuditScope {
  /** Walk from the checkpoints, or all of the chains. */
  kind: AuditKind
  signal?: AbortSignal | undefined
}

/**
 * Audits a set of cities and tiers inside a savepoint, all of them by the same few statements. If a statement meets
 * rows that cannot even be read, the set is audited in halves. So unreadable rows are a difference of their own pool
 * alone, and hide no other.
 *
 * @returns what was found of each, in the order of `audits`
 * @throws when the database is away or the signal aborts
 */
export async function auditPools(
  trx: Trx,
  audits: readonly PoolAudit[],
  scope: AuditScope,
): Promise<AuditedPool[]> {
  await sql`savepoint audited_pools`.execute(trx)
  try {
    const audited = await readPools(trx, audits, scope)
    await sql`release savepoint audited_pools`.execute(trx)
    return audited
  } catch (error) {
    if (!meansUnreadable(error)) throw error
    await sql`rollback to savepoint audited_pools`.execute(trx)
    await sql`release savepoint audited_pools`.execute(trx)
    const [first, ...others] = audits
    if (first && others.length === 0) return [unreadable(first, error)]
    const middle = Math.ceil(audits.length / 2)
    return [
      ...(await auditPools(trx, audits.slice(0, middle), scope)),
      ...(await auditPools(trx, audits.slice(middle), scope)),
    ]
  }
}

function unreadable({ pool, checkpoint }: PoolAudit, error: pg.DatabaseError): AuditedPool {
  const message = `these rows cannot be read: ${errorText(error).slice(0, 200)}`
  return {
    rows: 0,
    before: checkpoint,
    verified: checkpoint ?? { ...pool, sequence: 0, hash: genesis.hash, soundTo: 0 },
    differences: [{ kind: 'unreadable', ...pool, row: 'ledger', message }],
  }
}

async function readPools(
  trx: Trx,
  audits: readonly PoolAudit[],
  { kind, signal }: AuditScope,
): Promise<AuditedPool[]> {
  const walks = await walkChains(trx, await findStarts(trx, audits, kind), { signal })
  const stock = await readStockRecords(
    trx,
    audits.map(({ pool }) => pool),
  )
  return walks.map(({ start: { pool, checkpoint, moved }, walked }) => ({
    rows: walked.rows,
    before: checkpoint,
    verified: nextCheckpoint(pool, walked.verified, checkpoint, moved.length > 0),
    differences: [
      ...moved,
      ...walked.differences,
      ...stockDifferences(pool, stock.get(poolKey(pool)), walked),
    ],
  }))
}

interface Start extends PoolAudit, ChainStart {
  /** What differs where an earlier run has come to. */
  moved: AuditDifference[]
}

async function findStarts(trx: Trx, audits: readonly PoolAudit[], kind: AuditKind): Promise<Start[]> {
  const checkpoints = audits.flatMap(({ checkpoint }) => checkpoint ?? [])
  const known = await readChainPoints(
    trx,
    checkpoints.flatMap((checkpoint) => [checkpoint, { ...checkpoint, sequence: beforeSound(checkpoint) }]),
  )
  return audits.map(({ pool, checkpoint }) => {
    if (!checkpoint) return { pool, checkpoint, moved: [], from: genesis }
    const rows = [genesis, ...(known.get(poolKey(pool)) ?? [])]
    const at = (sequence: number) => rows.find((row) => row.sequence === sequence)
    const moved = checkpointDifferences(checkpoint, at(checkpoint.sequence))
    const goesOn = kind === 'incremental' && moved.length === 0
    return { pool, checkpoint, moved, from: (goesOn && at(beforeSound(checkpoint))) || genesis }
  })
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
function checkpointDifferences(
  { cityId, tier, sequence, hash }: Checkpoint,
  row: ChainPoint | undefined,
): AuditDifference[] {
  if (row?.hash.equals(hash)) return []
  const message = row
    ? 'an earlier audit verified it with another hash'
    : 'an earlier audit verified it; it is gone'
  return [{ kind: 'checkpoint', cityId, tier, row: `ledger row ${sequence}`, message }]
}

/** The row before the last sound one, which is thus judged once more: its content may have changed since. */
function beforeSound({ soundTo }: Checkpoint): number {
  return Math.max(0, soundTo - 1)
}

function stockDifferences(
  pool: PoolId,
  stock: StockRecord | undefined,
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
function meansUnreadable(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && /^(22|0A|XX)/.test(error.code ?? '')
}
