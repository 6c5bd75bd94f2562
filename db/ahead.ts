import { type QueryResult, sql } from 'kysely'

export const aheadMark = '/* ahead */'

/**
 * At the start of a transaction's statement: sends it without waiting for its answer, so that the next one follows
 * in the same round trip. Statements run in the order they were sent, each with a snapshot of its own. If one
 * fails, the next that is waited for, or the commit, fails with its error, and nothing is written.
 *
 * @example await sql`${ahead} update inventory set …`.execute(trx)
 */
export const ahead = sql.raw(aheadMark)

/** A statement's text without the mark. */
export function withoutMark(text: string): string {
  return text.startsWith(aheadMark) ? text.slice(aheadMark.length) : text
}

/**
 * Marks the answer of a statement that is still on its way. A registered symbol, since the web process has this
 * module twice: in the server and in the build of the pages, which share one pool.
 */
const rowsToCome = Symbol.for('6fb rows to come')

/** What a statement that was sent ahead answers with at once, in place of rows. */
export interface Sent {
  [rowsToCome]: Promise<unknown[]>
}

/** The answer of a statement that was sent ahead, until its rows come. */
export function sent(rows: Promise<unknown[]>): Sent {
  return { [rowsToCome]: rows }
}

/** The rows of a statement that was sent ahead, once they have come. */
export async function answerOf<Row>({ rows }: QueryResult<Row>): Promise<Row[]> {
  const [only]: (Row | Sent)[] = rows
  // A connection that knows nothing of `ahead` has waited.
  return isSent(only) ? ((await only[rowsToCome]) as Row[]) : rows
}

function isSent(row: unknown): row is Sent {
  return typeof row === 'object' && row !== null && rowsToCome in row
}
