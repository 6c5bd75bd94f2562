import { type RawBuilder, sql } from 'kysely'

/** A column's type in PostgreSQL, and its value for an item; null where there is none. */
type Column<Item> = readonly [
  type: 'text' | 'int' | 'bigint' | 'boolean' | 'bytea' | 'float8' | 'jsonb' | 'timestamptz' | 'uuid',
  value: (item: Item) => unknown,
]

/** By name, in their order. */
export type Columns<Item> = Readonly<Record<string, Column<Item>>>

/**
 * Items as the rows of a query, in their order, with an array for each column: one statement, and one plan, for any
 * number.
 *
 * The arrays are unnested side by side in a select list, which passes values on one by one. One `unnest` in `from`
 * would first copy each array into a store of 16 KB. For a wide row these stores come to more than the C library
 * keeps between two statements, so that each lonely statement fetched their memory from the system and gave it back.
 *
 * @example sql`insert into cities (id, name) select * from ${rowsOf(cities, { id: ['text', (city) => city.id], … })} new`
 */
export function rowsOf<Item>(items: readonly Item[], columns: Columns<Item>): RawBuilder<unknown> {
  const unnested = Object.entries(columns).map(
    ([name, [type, value]]) =>
      sql`unnest(${items.map((item) => value(item) ?? null)}${sql.raw(`::${type}[]) as "${name}"`)}`,
  )
  return sql`(select ${sql.join(unnested)})`
}
