import { createHash } from 'node:crypto'
import type { Writable } from 'node:stream'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type pg from 'pg'
import { aheadMark, sent } from './ahead'

/** A text is worth preparing from its third use on: texts made for one occasion never come so far. */
const usesBefore = 2
/** Texts that are watched or prepared at most; every connection keeps its own copy of the prepared ones. */
const mostTexts = 400

/**
 * The pool with its repeated statements prepared: parsed and planned once a connection. Planning costs more than
 * running for most of what a sale does. Needs connections of a session's length, as listening does. A transaction
 * begins with its first statement, without a round trip of its own; the pool's clients must allow pipelining.
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
  /** What went wrong first with a statement that was sent ahead: PostgreSQL refuses all that follow it. */
  let cause: Error | undefined
  const send = (text: string, values: readonly unknown[]) => {
    if (transaction === 'to begin') {
      transaction = 'begun'
      // Goes out together with the statement behind it, which fails too if this does.
      client.query(begin).catch(() => {})
    }
    const name = names.of(text)
    return client.query<Record<string, unknown>>({
      text,
      values: [...values],
      ...(name !== undefined && { name }),
    })
  }
  const sendAhead = (text: string, values: readonly unknown[]) => {
    if (transaction === 'none') throw new Error('Only a transaction sends statements ahead')
    gather(client)
    // Answers come in the order of the statements, so the first failure is the cause of the others.
    const rows = send(text, values).then(
      (result) => result.rows,
      (error: Error) => {
        cause ??= error
        throw cause
      },
    )
    rows.catch(() => {})
    return { ...empty, rows: [sent(rows)] }
  }
  const end = async (text: 'commit' | 'rollback') => {
    const sentNothing = transaction === 'to begin'
    transaction = 'none'
    if (sentNothing) return empty
    const result = await send(text, [])
    if (text === 'commit' && cause) throw cause
    return result
  }
  const query = async (text: string, values: readonly unknown[] = []): Promise<unknown> => {
    if (text === 'begin') {
      cause = undefined
      transaction = 'to begin'
      return empty
    }
    if (text.startsWith('start transaction')) {
      cause = undefined
      transaction = 'begun'
    }
    if (text === 'commit' || text === 'rollback') return end(text)
    if (text.startsWith(aheadMark)) return sendAhead(text, values)
    try {
      return await send(text, values)
    } catch (error) {
      throw cause ?? error
    }
  }
  return {
    query: query as PostgresPoolClient['query'],
    release: (destroy) => {
      cause = undefined
      transaction = 'none'
      client.release(destroy)
    },
  }
}

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

const empty = { command: '', rowCount: 0, rows: [] }

/** Which texts are prepared, and under which name. */
class StatementNames {
  readonly #uses = new Map<string, number>()
  readonly #names = new Map<string, string>()

  of(text: string): string | undefined {
    const name = this.#names.get(text)
    if (name !== undefined) return name
    const uses = (this.#uses.get(text) ?? 0) + 1
    if (uses <= usesBefore) {
      if (this.#uses.size >= mostTexts) this.#uses.clear()
      this.#uses.set(text, uses)
      return undefined
    }
    if (this.#names.size >= mostTexts || !isPreparable(text)) return undefined
    const fresh = createHash('sha1').update(text).digest('hex')
    this.#names.set(text, fresh)
    this.#uses.delete(text)
    return fresh
  }
}

/**
 * A prepared statement breaks when a migration changes the columns it answers, so nothing that answers "all
 * columns" is prepared; `unnest` brings its own.
 */
function isPreparable(text: string): boolean {
  const statement = text.startsWith(aheadMark) ? text.slice(aheadMark.length) : text
  if (!/^\s*(select|insert|update|delete|with)\b/i.test(statement)) return false
  return !/\*\s+from(?!\s+unnest)|\.\*|returning\s+\*/i.test(text)
}
