import { type Kysely, sql } from 'kysely'

/** What the web processes share at their doors: counts of requests, and answers to requests that are sent again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // The shape that rate-limiter-flexible expects. Unlogged: a crash may forget counts, and a count is no commit's worth.
  `create unlogged table rate_limits (
     key text primary key check (length(key) <= 255),
     points integer not null default 0,
     -- Milliseconds since 1970, by the clock of the web process.
     expire bigint
   )`,
  `create index rate_limits_by_expiry on rate_limits (expire)`,

  // Of keys and requests only hashes are kept, and answers are sealed with a key derived from the caller's key.
  `create table idempotency_keys (
     scope text not null check (length(scope) <= 255),
     key_hash bytea not null check (octet_length(key_hash) = 32),
     request_hash bytea not null check (octet_length(request_hash) = 32),
     -- Who runs it now: a run that was overtaken cannot write its answer any more.
     run uuid not null,
     lease_until timestamptz not null,
     answer bytea,
     created_at timestamptz not null,
     primary key (scope, key_hash)
   )`,
  `create index idempotency_keys_by_time on idempotency_keys (created_at)`,
]
