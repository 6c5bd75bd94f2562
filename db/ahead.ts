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

/** A statement on its way: what `ahead` answers with at once, in place of rows. */
export class Sent {
  constructor(readonly rows: Promise<unknown[]>) {}
}

/** The rows of a statement that was sent ahead, once they have come. */
export async function answerOf<Row>({ rows }: QueryResult<Row>): Promise<Row[]> {
  const [only]: (Row | Sent)[] = rows
  // A connection that knows nothing of `ahead` has waited.
  return only instanceof Sent ? ((await only.rows) as Row[]) : rows
}
