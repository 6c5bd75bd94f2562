import pg from 'pg'

/** The role that owns the schema, for what the product itself may never do. */
export interface Owner {
  query: <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>
  /** Runs a statement with the ledger's protection off, in one transaction. */
  tamper: (text: string, values?: unknown[]) => Promise<void>
  end: () => Promise<void>
}

export async function connectOwner(ownerUrl: string): Promise<Owner> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  const trigger = (state: string) =>
    client.query(`alter table inventory_transactions ${state} trigger inventory_transactions_append_only`)
  return {
    query: async <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) =>
      (await client.query<Row>(text, values)).rows,
    tamper: async (text, values) => {
      await client.query('begin')
      await trigger('disable')
      await client.query(text, values)
      await trigger('enable')
      await client.query('commit')
    },
    end: () => client.end(),
  }
}
