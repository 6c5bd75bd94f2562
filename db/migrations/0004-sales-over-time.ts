import { type Kysely, sql } from 'kysely'

/** How sales went: what the console's charts read, whatever the ledger's length. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // Each row of the ledger carries running totals, so "sold at that moment" is one probe of this index.
  `create index inventory_transactions_over_time on inventory_transactions (city_id, tier, occurred_at, sequence)
     include (sold_after, actual_limit_after)`,
  // Resets and their undoing change what counts as sold without a sale; charts take them out. There are few.
  `create index inventory_transactions_jumps on inventory_transactions (occurred_at)
     where operation in ('reset', 'undo') and sold_before <> sold_after`,
  // Seats that counted as sold in all cities at each full hour. The past does not change: a row is written once.
  `create table tour_sales (
     at timestamptz not null check (at = date_trunc('hour', at, 'UTC')),
     tier text not null check (tier in ('ga', 'vip')),
     sold bigint not null check (sold >= 0),
     primary key (at, tier)
   )`,
]
