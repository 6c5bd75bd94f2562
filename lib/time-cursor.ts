import { type RawBuilder, sql } from 'kysely'

/** Where a page of a list by time ended: the last row's moment, and its id among those of the same moment. */
export interface TimeCursor {
  /** Microseconds since 1970, for a date of JavaScript is too coarse to go on from. */
  micros: string
  id: string
}

/**
 * Reads the `nextCursor` of a page; null for anything else.
 *
 * @param isId whether an id from outside can be one of the list's
 */
export function readTimeCursor(cursor: string | undefined, isId: (id: string) => boolean): TimeCursor | null {
  const [, micros = '', id = ''] = /^(\d{1,17})~(.{1,255})$/.exec(cursor ?? '') ?? []
  return isId(id) ? { micros, id } : null
}

/** A row with its moment, read by `microsOf`, for the cursor of the page that it ends. */
export type Positioned<Row> = Row & { position: string }

/** A page of rows that were read newest first, one more than belong to it. */
export function timePage<Row extends Positioned<{ id: string }>>(
  rows: readonly Row[],
  limit: number,
): { page: Omit<Row, 'position'>[]; nextCursor: string | null } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const nextCursor = rows.length > limit && last ? `${last.position}~${last.id}` : null
  return { page: page.map(withoutPosition), nextCursor }
}

/** A row as its readers know it. */
export function withoutPosition<Row extends { position: string }>({
  position: _,
  ...row
}: Row): Omit<Row, 'position'> {
  return row
}

/** A moment as whole microseconds since 1970, in a text. */
export function microsOf(column: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`(round(extract(epoch from ${column}) * 1000000))::bigint::text`
}

/** The same moment again, exactly. */
export function momentOf(micros: string): RawBuilder<Date> {
  return sql<Date>`('epoch'::timestamptz + ${micros}::bigint * interval '1 microsecond')`
}
