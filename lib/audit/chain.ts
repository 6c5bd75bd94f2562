import { sql } from 'kysely'
import { rowsOf } from '@/db/rows-of'
import type { Trx } from '@/lib/database'
import { type PoolId, type PoolKey, poolKey } from '@/lib/inventory/model'
import { poolColumns } from '@/lib/inventory/pool-columns'
import type { AuditDifference } from './difference'

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

/** Where a walk begins: behind this row. */
export interface ChainStart {
  pool: PoolId
  from: ChainPoint
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
const rowsAtOnce = 50_000
/** A chain that was cut and mended by hand can be wrong at every row; the first ones say enough. */
const reportedRows = 20

export interface WalkOptions {
  signal?: AbortSignal | undefined
  /** Rows judged by one statement. */
  atOnce?: number
}

/**
 * Walks the chains of pools from a place onwards, by sequence: each row must follow the one before it without a
 * gap, begin where that one ended, change by its own quantity, and carry the hash of its content. The rows of a
 * statement are shared among the chains that have not ended yet.
 *
 * @returns what became of each, in the order of `starts`
 * @throws when the signal aborts
 */
export async function walkChains<Start extends ChainStart>(
  trx: Trx,
  starts: readonly Start[],
  { signal, atOnce = rowsAtOnce }: WalkOptions = {},
): Promise<{ start: Start; walked: WalkedChain }[]> {
  const walks = starts.map(beginWalk)
  let open = walks
  while (open.length > 0) {
    signal?.throwIfAborted()
    const rowsOfEach = Math.max(1, Math.floor(atOnce / open.length))
    const chunks = await judgeChunks(trx, open, rowsOfEach)
    open = open.filter((walk, place) => follow(walk, chunks.get(place) ?? []) === rowsOfEach)
  }
  return walks.map((walk) => ({ start: walk.start, walked: finishWalk(walk) }))
}

interface Walk<Start extends ChainStart = ChainStart> {
  start: Start
  walked: WalkedChain
  /** Rows with a fault, reported or not. */
  unsound: number
}

function beginWalk<Start extends ChainStart>(start: Start): Walk<Start> {
  const { from } = start
  return {
    start,
    walked: { rows: 0, end: from, sold: from.sold, verified: from, differences: [] },
    unsound: 0,
  }
}

/** @returns the number of rows of the chunk */
function follow(walk: Walk, chunk: readonly JudgedRow[]): number {
  const { start, walked } = walk
  const last = chunk.at(-1)
  if (!last) return 0
  const faulty = chunk.filter((row) => row.faults.length > 0)
  if (walk.unsound === 0) walked.verified = soundEnd(faulty[0], last)
  const reported = faulty.slice(0, Math.max(0, reportedRows - walk.unsound))
  walked.differences.push(...reported.flatMap((row) => describe(start.pool, row)))
  walk.unsound += last.unsound
  walked.rows += last.rows
  walked.sold += last.change
  walked.end = pointOf(last)
  return last.rows
}

function finishWalk({ start, walked, unsound }: Walk): WalkedChain {
  if (unsound <= reportedRows) return walked
  const message = `${unsound} rows are unsound in all; the first ones are listed`
  return {
    ...walked,
    differences: [...walked.differences, { kind: 'more', ...start.pool, row: 'ledger', message }],
  }
}

/** The figures that these ledger rows ended with, by pool; rows that are not there are left out. */
export async function readChainPoints(
  trx: Trx,
  places: readonly (PoolId & { sequence: number })[],
): Promise<Map<PoolKey, ChainPoint[]>> {
  // Index: inventory_transactions_sequence, each row looked up (`offset 0`).
  const { rows } = await sql<ChainPoint & PoolId>`
    select t.city_id as "cityId", t.tier, t.sequence, t.hash, t.epoch, t.sold_after as sold,
      t.public_limit_after as "publicLimit", t.actual_limit_after as "actualLimit"
    from ${rowsOf(places, { ...poolColumns, sequence: ['bigint', ({ sequence }) => sequence] })} place
    cross join lateral (
      select * from inventory_transactions
      where city_id = place.city_id and tier = place.tier and sequence = place.sequence offset 0) t`.execute(
    trx,
  )
  return Map.groupBy(rows, poolKey)
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

/**
 * Judges the next rows of each walk; returns the unsound ones, at most a screenful, and then the last row, by the walk's
 * place in the list.
 */
async function judgeChunks(
  trx: Trx,
  walks: readonly Walk[],
  rowsOfEach: number,
): Promise<Map<number, JudgedRow[]>> {
  // Index: inventory_transactions_sequence, for each chain from where its walk has come to onwards, in order.
  const { rows } = await sql<JudgedRow & { place: number }>`
    select walk.place, judged.*
    from ${rowsOf([...walks.entries()], {
      place: ['int', ([place]) => place],
      city_id: ['text', ([, { start }]) => start.pool.cityId],
      tier: ['text', ([, { start }]) => start.pool.tier],
      sequence: ['bigint', ([, { walked }]) => walked.end.sequence],
      hash: ['bytea', ([, { walked }]) => walked.end.hash],
      sold: ['int', ([, { walked }]) => walked.end.sold],
      public_limit: ['int', ([, { walked }]) => walked.end.publicLimit],
      actual_limit: ['int', ([, { walked }]) => walked.end.actualLimit],
    })} walk
    cross join lateral (
      with chunk as (
        select t as entry from inventory_transactions t
        where t.city_id = walk.city_id and t.tier = walk.tier and t.sequence > walk.sequence
        order by t.sequence limit ${rowsOfEach}
      ), linked as (
        select entry,
          lag((entry).sequence, 1, walk.sequence) over chain as previous_sequence,
          lag((entry).hash, 1, walk.hash) over chain as previous_hash,
          lag((entry).sold_after, 1, walk.sold) over chain as sold,
          lag((entry).public_limit_after, 1, walk.public_limit) over chain as public_limit,
          lag((entry).actual_limit_after, 1, walk.actual_limit) over chain as actual_limit
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
        actual_limit_after as "actualLimit", previous_sequence as "previousSequence",
        previous_hash as "previousHash", faults, rows, change, unsound
      from shown cross join total) judged
    order by walk.place, judged.sequence`.execute(trx)
  return Map.groupBy(rows, ({ place }) => place)
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
