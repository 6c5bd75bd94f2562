import { type Kysely, sql } from 'kysely'

/** Private links to hidden seats, and indexes for the console's lists. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // Of the link's secret only a hash is kept: who reads this database can buy through none of them.
  `create table private_links (
     id uuid primary key default gen_random_uuid(),
     token_hash bytea not null unique check (octet_length(token_hash) = 32),
     city_id text not null,
     tier text not null,
     seats integer not null check (seats between 1 and 10000),
     -- Only a checkout with this address may use it; null: whoever has the link.
     email text check (length(email) <= 255),
     note text not null default '' check (length(note) <= 255),
     created_at timestamptz not null default app_now(),
     created_by text not null check (length(created_by) <= 255),
     expires_at timestamptz not null check (expires_at > created_at),
     revoked_at timestamptz,
     foreign key (city_id, tier) references inventory (city_id, tier)
   )`,
  `create index private_links_by_time on private_links (created_at, id)`,
  // The link that a hold was made with: it may take hidden seats, and counts among the link's.
  `alter table reservations add column link_id uuid references private_links`,
  `create index reservations_by_link on reservations (link_id) where link_id is not null`,

  `create index admin_audit_by_label on admin_audit (actor_label, id)`,
  `create index stripe_events_ignored on stripe_events (received_at) where state = 'ignored'`,
  `create index alert_deliveries_failed on alert_deliveries (alert_id) where state = 'failed'`,
]
