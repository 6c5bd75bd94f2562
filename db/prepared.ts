import { createHash } from 'node:crypto'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type pg from 'pg'

/** A text is worth preparing from its third use on: texts made for one occasion never come so far. */
const usesBefore = 2
/** Texts that are watched or prepared at most; every connection keeps its own copy of the prepared ones. */
const mostTexts = 400

/**
 * The pool with its repeated statements prepared: parsed and planned once a connection. Planning costs more than
 * running for most of what a sale does. Needs connections of a session's length, as listening does.
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
  const query = (text: unknown, values?: readonly unknown[]): unknown => {
    if (typeof text !== 'string') return client.query(text as pg.Submittable)
    const name = names.of(text)
    return client.query({ text, values: [...(values ?? [])], ...(name !== undefined && { name }) })
  }
  return {
    query: query as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy),
  }
}

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
  if (!/^\s*(select|insert|update|delete|with)\b/i.test(text)) return false
  return !/\*\s+from(?!\s+unnest)|\.\*|returning\s+\*/i.test(text)
}
