import { type RawBuilder, sql } from 'kysely'

/**
 * When a delivery's next try is due: so many seconds after the transaction began. The queue counts a job's start from
 * there too, so that the job that is made for the try never comes before its time.
 *
 * @param seconds a number, or an expression of SQL for one
 */
export function dueIn(seconds: number | RawBuilder<unknown>) {
  return sql<Date>`now() + (select shift from app_clock) + make_interval(secs => ${seconds})`
}
