import { type Client, escapeIdentifier } from 'pg'

/**
 * Leaves a superuser's inserts out of the indexes of tables and builds these after: several times faster. As an
 * interrupted CREATE INDEX CONCURRENTLY leaves them, until REINDEX.
 */
export async function withoutIndexes(
  client: Client,
  tables: readonly string[],
  fill: () => Promise<void>,
): Promise<void> {
  // The ledger's id and chain only grow, which costs little, and the chain's index continues it.
  await client.query(
    `update pg_index set indisready = false, indisvalid = false
    where indrelid::regclass::text = any($1)
      and indexrelid::regclass::text not in ('inventory_transactions_pkey', 'inventory_transactions_sequence')`,
    [tables],
  )
  await fill()
  for (const table of tables) await client.query(`reindex table ${escapeIdentifier(table)}`)
}
