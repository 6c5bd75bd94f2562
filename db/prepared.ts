import type { Writable } from 'node:stream'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { aheadMark, sent, withoutMark } from './ahead'
import { arrayLiteral } from './array-literal'
import { StatementNames } from './statement-names'

/**
 * The pool with its repeated statements prepared: parsed and planned once a connection. Planning costs more than
 * running for most of what a sale does.
 * - It needs connections of a session's length, as listening does.
 * - A transaction begins with its first read or lock, without a round trip of its own; the pool's clients must
 *   allow pipelining.
 * - A connection is closed, not given to the next user, if it failed in another way than by PostgreSQL's word, or
 *   if its server takes no writes any more: another server may have taken its place.
 */
export function preparingPool(pool: pg.Pool): PostgresPool {
  const names = new StatementNames()
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect()
      const known = clients.get(client)
      if (known) return known
      const preparing = preparingClient(client, names)
      clients.set(client, preparing)
      return preparing
    },
  }
}

function preparingClient(client: pg.PoolClient, names: StatementNames): PostgresPoolClient {
  let transaction: 'none' | 'to begin' | 'begun' = 'none'
  /** Set until PostgreSQL has said that the transaction has begun. */
  let beginning: Promise<unknown> | undefined
  /** The first error of `begin`, or of a statement that was sent ahead: nothing that follows may count. */
  let cause: Error | undefined
  let isLost = false
  const noteFailure = (error: unknown) => {
    isLost ||= !(error instanceof pg.DatabaseError) || error.code === readOnly
  }
  const send = (text: string, values: readonly unknown[]) => {
    const name = names.of(text)
    return client.query<Record<string, unknown>>({
      text,
      values: values.map((value) => (Array.isArray(value) ? arrayLiteral(value) : value)),
      ...(name !== undefined && { name }),
    })
  }
  const sendAhead = (text: string, values: readonly unknown[]) => {
    // Answers come in the order of the statements, so the first failure is the cause of the others.
    const rows = send(text, values).then(
      (result) => result.rows,
      (error: Error) => {
        noteFailure(error)
        cause ??= error
        throw cause
      },
    )
    rows.catch(() => {})
    return { ...empty, rows: [sent(rows)] }
  }
  const beginNow = () => {
    transaction = 'begun'
    beginning = client.query(begin).then(
      () => (beginning = undefined),
      (error: Error) => {
        noteFailure(error)
        cause ??= error
      },
    )
  }
  const start = (kind: typeof transaction) => {
    transaction = kind
    beginning = undefined
    cause = undefined
  }
  const end = async (text: 'commit' | 'rollback') => {
    const sentNothing = transaction === 'to begin'
    transaction = 'none'
    if (sentNothing) return empty
    const result = await send(text, [])
    if (text === 'commit' && cause) throw cause
    return result
  }
  const run = async (text: string, values: readonly unknown[]): Promise<unknown> => {
    if (text === 'begin') {
      start('to begin')
      return empty
    }
    if (text.startsWith('start transaction')) start('begun')
    if (text === 'commit' || text === 'rollback') return end(text)
    const isAhead = text.startsWith(aheadMark)
    if (isAhead) {
      if (transaction === 'none') throw new Error('Only a transaction sends statements ahead')
      gather(client)
    }
    if (transaction === 'to begin') beginNow()
    // If `begin` has failed, each statement is a transaction of its own. A read or a lock does no harm then; a
    // write would stay, whatever becomes of the others.
    if (beginning && !isRead(text)) {
      await beginning
      // The transaction may also have been rolled back meanwhile, by an error beside this statement.
      if (cause || transaction !== 'begun') throw cause ?? new Error('The transaction has ended')
      if (isAhead) gather(client)
    }
    return isAhead ? sendAhead(text, values) : send(text, values)
  }
  const query = async (text: string, values: readonly unknown[] = []): Promise<unknown> => {
    try {
      return await run(text, values)
    } catch (error) {
      noteFailure(error)
      throw cause ?? error
    }
  }
  return {
    query: query as PostgresPoolClient['query'],
    release: (destroy) => {
      start('none')
      client.release(destroy || isLost)
    },
  }
}

/** SQLSTATE read_only_sql_transaction. */
const readOnly = '25006'

const gathering = new WeakSet<pg.PoolClient>()

/**
 * Has the client's socket hold back what is written until nothing more is ready: one packet, one system call. The
 * socket is no documented part of `pg` 8; without it each statement goes out alone.
 */
function gather(client: pg.PoolClient): void {
  const { connection } = client as { connection?: { stream?: Writable } }
  if (!connection?.stream || gathering.has(client)) return
  const { stream } = connection
  gathering.add(client)
  stream.cork()
  process.nextTick(() => {
    gathering.delete(client)
    stream.uncork()
  })
}

/**
 * Within a transaction statements take arrays of any length and find their rows by index, so one plan is as good
 * for all calls; planning each anew cost two thirds of its time. Reads of pages, which are not in a transaction,
 * keep PostgreSQL's own judgement.
 */
const begin = 'begin; set local plan_cache_mode = force_generic_plan; set local enable_seqscan = off'

/** Whether a statement only reads, or locks what it reads. */
function isRead(text: string): boolean {
  return /^\s*select\b/i.test(withoutMark(text))
}

const empty = { command: '', rowCount: 0, rows: [] }
