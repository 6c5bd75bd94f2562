import { sql } from 'kysely'
import type { Connection } from '@/lib/database'
import type { Tier } from '@/lib/tier'
import type { AuditDifference } from './difference'

export interface PoolId {
  cityId: string
  tier: Tier
}

/** A place in a pool's chain, with the figures that its row ended with. */
export interface ChainPoint {
  sequence: number
  hash: Buffer
  sold: number
  publicLimit: number
  actualLimit: number
  epoch: number
}

export interface WalkedChain {
  rows: number
  /** The chain's last row, or where the walk began when nothing follows. */
  end: ChainPoint
  /** The sum of the rows' changes of sold seats, from zero. */
  sold: number
  /** Up to here every row is sound. */
  verified: { sequence: number; hash: Buffer }
  differences: AuditDifference[]
}

/** Before the first row of every chain. */
export const genesis: ChainPoint = {
  sequence: 0,
  hash: Buffer.alloc(0),
  sold: 0,
  publicLimit: 0,
  actualLimit: 0,
  epoch: 0,
}

/** Rows judged by one statement: about a second's work, and little memory on either side. */
const chunkRows = 50_000
/** A chain that was cut and mended by hand can be wrong at every row; the first ones say enough. */
const reportedRows = 20

/**
 * Walks a pool's chain from a place onwards, by sequence: each row must follow the one before it without a
 * gap, begin where that one ended, change by its own quantity, and carry the hash of its content.
 */
export async function walkChain(
  trx: Connection,
  pool: PoolId,
  start: ChainPoint,
  signal?: AbortSignal,
): Promise<WalkedChain> {
  const walked: WalkedChain = { rows: 0, end: start, sold: start.sold, verified: start, differences: [] }
  let unsound = 0
  for (;;) {
    signal?.throwIfAborted()
    const chunk = await judgeChunk(trx, pool, walked.end)
    const last = chunk.at(-1)
    if (!last) break
    const faulty = chunk.filter((row) => row.faults.length > 0)
    if (unsound === 0) walked.verified = soundEnd(faulty[0], last)
    unsound += last.unsound
    walked.differences.push(
      ...faulty
        .slice(0, Math.max(0, reportedRows - walked.differences.length))
        .flatMap((row) => describe(pool, row)),
    )
    walked.rows += last.rows
    walked.sold += last.change
    walked.end = pointOf(last)
    if (last.rows < chunkRows) break
  }
  if (unsound > reportedRows) {
    const message = `${unsound} rows are unsound in all; the first ones are listed`
    walked.differences.push({ kind: 'more', ...pool, row: 'ledger', message })
  }
  return walked
}

/** The figures that a ledger row ended with, or null where there is no such row. */
export async function readChainPoint(
  trx: Connection,
  pool: PoolId,
  sequence: number,
): Promise<ChainPoint | null> {
  if (sequence === 0) return genesis
  // Index: inventory_transactions_sequence.
  const row = await trx
    .selectFrom('inventory_transactions')
    .select(['hash', 'epoch', 'sold_after', 'public_limit_after', 'actual_limit_after'])
    .where('city_id', '=', pool.cityId)
    .where('tier', '=', pool.tier)
    .where('sequence', '=', sequence)
    .executeTakeFirst()
  if (!row) return null
  return {
    sequence,
    hash: row.hash,
    sold: row.sold_after,
    publicLimit: row.public_limit_after,
    actualLimit: row.actual_limit_after,
    epoch: row.epoch,
  }
}

type Fault = 'sequence' | 'continuity' | 'quantity' | 'hash'

interface JudgedRow extends ChainPoint {
  previousSequence: number
  previousHash: Buffer
  faults: Fault[]
  /** Of the whole chunk. */
  rows: number
  change: number
  unsound: number
}

/** Judges the next rows after a place; returns the unsound ones, at most a screenful, and then the last row. */
async function judgeChunk(trx: Connection, pool: PoolId, after: ChainPoint): Promise<JudgedRow[]> {
  // Index: inventory_transactions_sequence, from `after` onwards, in order.
  const { rows } = await sql<JudgedRow>`
    with chunk as (
      select t as entry from inventory_transactions t
      where city_id = ${pool.cityId} and tier = ${pool.tier} and sequence > ${after.sequence}
      order by sequence limit ${chunkRows}
    ), linked as (
      select entry,
        lag((entry).sequence, 1, ${after.sequence}::bigint) over chain as previous_sequence,
        lag((entry).hash, 1, ${after.hash}::bytea) over chain as previous_hash,
        lag((entry).sold_after, 1, ${after.sold}::int) over chain as sold,
        lag((entry).public_limit_after, 1, ${after.publicLimit}::int) over chain as public_limit,
        lag((entry).actual_limit_after, 1, ${after.actualLimit}::int) over chain as actual_limit
      from chunk
      window chain as (order by (entry).sequence)
    ), judged as materialized (
      select (entry).sequence, (entry).hash, (entry).epoch, (entry).sold_after, (entry).sold_before,
        (entry).public_limit_after, (entry).actual_limit_after, previous_sequence, previous_hash,
        array_remove(array[
          case when (entry).sequence <> previous_sequence + 1 then 'sequence' end,
          case when ((entry).sold_before, (entry).public_limit_before, (entry).actual_limit_before)
            is distinct from (sold, public_limit, actual_limit) then 'continuity' end,
          case when ${quantityFits} then null else 'quantity' end,
          case when (entry).hash is distinct from ledger_hash(previous_hash, entry) then 'hash' end
        ], null) as faults
      from linked
    ), total as (
      select count(*)::int as rows, sum(sold_after - sold_before)::bigint as change, max(sequence) as last,
        count(*) filter (where faults <> '{}')::int as unsound
      from judged
    ), shown as (
      (select * from judged where faults <> '{}' order by sequence limit ${reportedRows + 1})
      union
      select judged.* from judged join total on sequence = last
    )
    select sequence, hash, epoch, sold_after as sold, public_limit_after as "publicLimit",
      actual_limit_after as "actualLimit", previous_sequence as "previousSequence", previous_hash as "previousHash",
      faults, rows, change, unsound
    from shown cross join total
    order by sequence`.execute(trx)
  return rows
}

/** A row's quantity is its change of what its operation changes; nothing but a sale or a reset changes sold. */
const quantityFits = sql<boolean>`case
  when (entry).operation in ('decrement', 'restock', 'reset', 'undo')
    then (entry).quantity = (entry).sold_after - (entry).sold_before
  when (entry).operation in ('expand', 'reduce')
    then (entry).quantity = (entry).actual_limit_after - (entry).actual_limit_before
      and (entry).sold_after = (entry).sold_before
  else (entry).quantity = (entry).public_limit_after - (entry).public_limit_before
      and (entry).sold_after = (entry).sold_before
  end`

function describe(pool: PoolId, row: JudgedRow): AuditDifference[] {
  return row.faults.map((fault) => ({
    kind: fault,
    ...pool,
    row: `ledger row ${row.sequence}`,
    message: explain(fault, row),
  }))
}

function explain(fault: Fault, row: JudgedRow): string {
  switch (fault) {
    case 'sequence':
      return `follows row ${row.previousSequence}; ${row.sequence - row.previousSequence - 1} rows are missing between them`
    case 'continuity':
      return `does not begin where row ${row.previousSequence} ended`
    case 'quantity':
      return 'its quantity is not the change that it records'
    case 'hash':
      return 'its hash does not belong to its content and the row before it'
  }
}

/** Where the sound part of a chunk ends. */
function soundEnd(firstFaulty: JudgedRow | undefined, last: JudgedRow): WalkedChain['verified'] {
  if (!firstFaulty) return { sequence: last.sequence, hash: last.hash }
  return { sequence: firstFaulty.previousSequence, hash: firstFaulty.previousHash }
}

function pointOf({ sequence, hash, sold, publicLimit, actualLimit, epoch }: JudgedRow): ChainPoint {
  return { sequence, hash, sold, publicLimit, actualLimit, epoch }
}
