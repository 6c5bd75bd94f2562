import { type Kysely, sql } from 'kysely'

/**
 * The first release: cities, stock, reservations, payments, the ledger, Stripe's events, exceptions and alerts.
 *
 * The database is the last line of defence: whatever a rule in TypeScript gets wrong, these constraints,
 * unique keys and triggers make the transaction fail instead of overselling or forgetting.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // One clock for every rule. Only the schema's owner may move it, and only tests do.
  `create table app_clock (
     only_row boolean primary key default true check (only_row),
     shift interval not null default interval '0'
   )`,
  `insert into app_clock default values`,
  // statement_timestamp, not now(): a statement that follows a lock wait must not see the time before the wait.
  `create function app_now() returns timestamptz language sql stable parallel safe
     as $$ select statement_timestamp() + (select shift from app_clock) $$`,

  `create table cities (
     id text primary key check (id ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(id) <= 64),
     name text not null check (length(name) between 1 and 255),
     venue text not null default '' check (length(venue) <= 255),
     address text not null default '' check (length(address) <= 255),
     time_zone text not null,
     starts_on date not null,
     ends_on date not null check (ends_on >= starts_on),
     sale_state text not null default 'upcoming' check (sale_state in ('upcoming', 'on_sale', 'paused', 'closed')),
     hold_minutes integer not null default 15 check (hold_minutes between 5 and 1430),
     created_at timestamptz not null default app_now(),
     updated_at timestamptz not null default app_now(),
     archived_at timestamptz
   )`,
  `create index cities_by_date on cities (starts_on, id)`,

  `create table prices (
     city_id text not null references cities,
     tier text not null check (tier in ('ga', 'vip')),
     amount_cents integer not null check (amount_cents >= 0),
     currency text not null default 'usd' check (currency ~ '^[a-z]{3}$'),
     stripe_price_id text check (length(stripe_price_id) <= 255),
     primary key (city_id, tier)
   )`,

  // The hot rows. No secondary index and free space on each page, so that every update stays HOT.
  `create table inventory (
     city_id text not null references cities,
     tier text not null check (tier in ('ga', 'vip')),
     public_limit integer not null check (public_limit >= 0),
     actual_limit integer not null,
     sold integer not null default 0,
     held integer not null default 0,
     hidden_sale text not null default 'open' check (hidden_sale in ('open', 'private')),
     epoch integer not null default 0,
     undo_hidden integer,
     last_sequence bigint not null default 0,
     last_hash bytea not null default '\\x',
     public_changed_at timestamptz not null default app_now(),
     updated_at timestamptz not null default app_now(),
     primary key (city_id, tier),
     constraint inventory_never_oversold check (sold >= 0 and held >= 0 and sold + held <= actual_limit)
   ) with (fillfactor = 25, autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 500)`,

  `create table reservations (
     id text primary key check (length(id) between 1 and 255),
     city_id text not null,
     tier text not null,
     quantity integer not null check (quantity > 0),
     status text not null check (status in ('held', 'awaiting', 'sold', 'released', 'lapsed')),
     epoch integer not null,
     email text check (length(email) <= 255),
     visitor_hash text check (length(visitor_hash) <= 64),
     address_hash text check (length(address_hash) <= 64),
     extends text check (length(extends) <= 255),
     amount_cents bigint check (amount_cents >= 0),
     currency text,
     created_at timestamptz not null,
     expires_at timestamptz not null,
     lapses_at timestamptz not null,
     session_request jsonb,
     session_expires_at timestamptz,
     session_id text check (length(session_id) <= 255),
     session_url text,
     session_outcome text check (session_outcome in ('paid', 'failed', 'expired')),
     lease_until timestamptz,
     closed_at timestamptz,
     closed_because text,
     foreign key (city_id, tier) references inventory (city_id, tier)
   ) with (fillfactor = 70)`,
  `create unique index reservations_session on reservations (session_id) where session_id is not null`,
  `create unique index reservations_one_live_hold on reservations (visitor_hash, city_id)
     where status = 'held' and extends is null and visitor_hash is not null`,
  `create index reservations_live_by_pool on reservations (city_id, tier, lapses_at) where status in ('held', 'awaiting')`,
  `create index reservations_due on reservations (expires_at) where status = 'held'`,
  `create index reservations_lapsing on reservations (lapses_at) where status = 'held'`,
  // Checkouts that a reset left open at Stripe; the sweep ends them.
  `create index reservations_reset_open on reservations (session_expires_at)
     where status = 'released' and closed_because = 'reset' and session_request is not null and session_outcome is null`,
  `create index reservations_live_by_email on reservations (email) where status in ('held', 'awaiting') and email is not null`,
  `create index reservations_live_by_address on reservations (address_hash)
     where status in ('held', 'awaiting') and address_hash is not null`,

  `create table payments (
     id text primary key check (length(id) between 1 and 255),
     payment_intent_id text check (length(payment_intent_id) <= 255),
     session_id text check (length(session_id) <= 255),
     reservation_id text check (length(reservation_id) <= 255),
     state text not null default 'new' check (state in ('new', 'awaiting', 'failed', 'sold', 'exception', 'refunded', 'dismissed')),
     city_id text,
     tier text,
     seats_sold integer not null default 0 check (seats_sold >= 0),
     seats_returned integer not null default 0 check (seats_returned >= 0 and seats_returned <= seats_sold),
     epoch integer,
     amount_cents bigint check (amount_cents >= 0),
     currency text,
     email text check (length(email) <= 255),
     dispute text check (dispute in ('open', 'won', 'lost')),
     created_at timestamptz not null default app_now(),
     sold_at timestamptz,
     checked_at timestamptz,
     updated_at timestamptz not null default app_now(),
     foreign key (city_id, tier) references inventory (city_id, tier),
     constraint payments_sale_is_whole check
       (seats_sold = 0 or (city_id is not null and tier is not null and epoch is not null))
   ) with (fillfactor = 70)`,
  // A sale is unique by session, money by payment intent.
  `create unique index payments_session on payments (session_id) where session_id is not null`,
  `create unique index payments_payment_intent on payments (payment_intent_id) where payment_intent_id is not null`,
  `create index payments_by_reservation on payments (reservation_id) where reservation_id is not null`,
  `create index payments_by_pool on payments (city_id, tier, epoch)`,
  // What the reconciliation looks at: recent sales, and payments on their way.
  `create index payments_by_sale_time on payments (sold_at) where sold_at is not null`,
  `create index payments_awaiting on payments (created_at) where state in ('new', 'awaiting')`,
  `create index payments_in_exception on payments (id) where state = 'exception'`,
  `create index payments_by_email on payments (email) where email is not null`,

  `create table refunds (
     id text primary key check (length(id) between 1 and 255),
     payment_intent_id text not null check (length(payment_intent_id) <= 255),
     amount_cents bigint not null check (amount_cents >= 0),
     status text not null check (status in ('pending', 'requires_action', 'succeeded', 'failed', 'canceled')),
     created_at timestamptz not null default app_now(),
     updated_at timestamptz not null default app_now()
   )`,
  `create index refunds_by_payment_intent on refunds (payment_intent_id)`,

  `create table inventory_transactions (
     id bigint generated always as identity primary key,
     city_id text not null,
     tier text not null,
     sequence bigint not null check (sequence > 0),
     epoch integer not null,
     operation text not null check (operation in
       ('open', 'decrement', 'restock', 'expand', 'reduce', 'relimit', 'reset', 'undo')),
     quantity integer not null,
     sold_before integer not null,
     sold_after integer not null,
     public_limit_before integer not null,
     public_limit_after integer not null,
     actual_limit_before integer not null,
     actual_limit_after integer not null,
     payment_id text,
     payment_intent_id text,
     session_id text,
     reservation_id text,
     actor text check (length(actor) <= 255),
     authorized_by text check (length(authorized_by) <= 255),
     reason text check (length(reason) <= 1000),
     occurred_at timestamptz not null,
     hash bytea not null check (octet_length(hash) = 32),
     foreign key (city_id, tier) references inventory (city_id, tier),
     -- Also serves the sum per city and tier, read from the index alone.
     constraint inventory_transactions_sequence unique (city_id, tier, sequence) include (sold_before, sold_after)
   )`,
  `create index inventory_transactions_page on inventory_transactions (city_id, id)`,
  `create index inventory_transactions_by_payment on inventory_transactions (payment_id) where payment_id is not null`,
  // The console's filters. Sales, nearly all rows, are in none of the first two.
  `create index inventory_transactions_by_people on inventory_transactions (city_id, id)
     where operation not in ('decrement', 'restock') or actor is not null or authorized_by is not null`,
  `create index inventory_transactions_restocks on inventory_transactions (city_id, id) where operation = 'restock'`,
  // A range of time, and sales over time.
  `create index inventory_transactions_by_time on inventory_transactions (city_id, occurred_at, id)`,

  // A length before every value: no two rows of different content can be written as the same text.
  `create function ledger_field(value text) returns text language sql immutable parallel safe
     as $$ select coalesce(octet_length(value)::text || ':' || value, '-') || ',' $$`,
  `create function ledger_hash(previous bytea, entry inventory_transactions) returns bytea
     language sql stable parallel safe as $$
       select sha256(previous || convert_to(
         ledger_field(entry.city_id) || ledger_field(entry.tier) || ledger_field(entry.sequence::text)
         || ledger_field(entry.epoch::text) || ledger_field(entry.operation) || ledger_field(entry.quantity::text)
         || ledger_field(entry.sold_before::text) || ledger_field(entry.sold_after::text)
         || ledger_field(entry.public_limit_before::text) || ledger_field(entry.public_limit_after::text)
         || ledger_field(entry.actual_limit_before::text) || ledger_field(entry.actual_limit_after::text)
         || ledger_field(entry.payment_id) || ledger_field(entry.payment_intent_id)
         || ledger_field(entry.session_id) || ledger_field(entry.reservation_id)
         || ledger_field(entry.actor) || ledger_field(entry.authorized_by) || ledger_field(entry.reason)
         || ledger_field(round(extract(epoch from entry.occurred_at) * 1000000)::bigint::text), 'UTF8'))
     $$`,
  `create function refuse_change() returns trigger language plpgsql as $$
     begin
       raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'restrict_violation';
     end $$`,
  `create trigger inventory_transactions_append_only before update or delete or truncate on inventory_transactions
     for each statement execute function refuse_change()`,

  `create table stripe_events (
     id text primary key check (length(id) between 1 and 255),
     type text not null check (length(type) <= 255),
     state text not null default 'received' check (state in ('received', 'processed', 'ignored')),
     outcome text check (length(outcome) <= 1000),
     livemode boolean not null,
     session_id text check (length(session_id) <= 255),
     reservation_id text check (length(reservation_id) <= 255),
     payment_intent_id text check (length(payment_intent_id) <= 255),
     facts jsonb,
     created_at timestamptz not null,
     received_at timestamptz not null default app_now(),
     processed_at timestamptz
   )`,
  // An accepted, unprocessed event keeps the hold that it names from lapsing.
  `create index stripe_events_waiting_by_reservation on stripe_events (reservation_id)
     where state = 'received' and reservation_id is not null`,
  `create index stripe_events_waiting_by_session on stripe_events (session_id)
     where state = 'received' and session_id is not null`,
  `create index stripe_events_waiting on stripe_events (received_at) where state = 'received'`,
  `create index stripe_events_by_session on stripe_events (session_id) where session_id is not null`,
  `create index stripe_events_by_payment_intent on stripe_events (payment_intent_id) where payment_intent_id is not null`,
  `create index stripe_events_by_time on stripe_events (received_at)`,

  `create table payment_exceptions (
     id bigint generated always as identity primary key,
     payment_id text references payments,
     kind text not null check (kind in ('no_seat', 'unknown_city', 'unreadable', 'unknown_session', 'unclear_refund',
       'refund_failed', 'unmatched_refund', 'dispute_lost', 'unknown_to_stripe')),
     state text not null default 'open' check (state in ('open', 'resolving', 'resolved')),
     resolution text check (resolution in ('refunded', 'expanded', 'assigned', 'dismissed', 'settled')),
     city_id text check (length(city_id) <= 255),
     tier text check (length(tier) <= 255),
     quantity integer,
     amount_cents bigint,
     currency text,
     refunded_cents bigint,
     detail text not null default '' check (length(detail) <= 1000),
     created_at timestamptz not null default app_now(),
     claimed_by text,
     claimed_at timestamptz,
     resolved_by text,
     resolved_at timestamptz,
     reason text check (length(reason) <= 1000),
     refund_id text
   )`,
  `create unique index payment_exceptions_unresolved on payment_exceptions (payment_id, kind) where state <> 'resolved'`,
  `create index payment_exceptions_waiting on payment_exceptions (created_at) where state <> 'resolved'`,
  `create index payment_exceptions_by_payment on payment_exceptions (payment_id)`,

  `create table alert_thresholds (
     tier text not null check (tier in ('ga', 'vip')),
     remaining integer not null check (remaining >= 0),
     level text not null check (level in ('low', 'monitor', 'active', 'critical', 'emergency', 'sold_out')),
     channels text[] not null check (channels <@ array['slack', 'email', 'sms']),
     primary key (tier, remaining)
   )`,
  `create table alerts (
     id uuid primary key default gen_random_uuid(),
     kind text not null,
     level text check (level in ('low', 'monitor', 'active', 'critical', 'emergency', 'sold_out')),
     city_id text,
     tier text,
     remaining integer,
     subject text not null check (length(subject) <= 255),
     body text not null check (length(body) <= 2000),
     created_at timestamptz not null default app_now()
   )`,
  `create index alerts_by_time on alerts (created_at, id)`,
  `create table alert_deliveries (
     alert_id uuid not null references alerts,
     channel text not null check (channel in ('slack', 'email', 'sms')),
     target text not null check (length(target) <= 255),
     state text not null default 'pending' check (state in ('pending', 'sending', 'sent', 'failed', 'unknown', 'skipped')),
     attempts integer not null default 0,
     provider_id text,
     last_error text check (length(last_error) <= 1000),
     next_try_at timestamptz,
     updated_at timestamptz not null default app_now(),
     primary key (alert_id, channel, target)
   )`,
  `create index alert_deliveries_waiting on alert_deliveries (channel, target) where state in ('pending', 'sending', 'unknown')`,

  `create table audit_runs (
     id bigint generated always as identity primary key,
     kind text not null check (kind in ('incremental', 'full')),
     started_at timestamptz not null,
     finished_at timestamptz not null default app_now(),
     verdict text not null check (verdict in ('clean', 'differences')),
     differences jsonb not null default '[]',
     rows_walked bigint not null,
     constraint audit_runs_verdict_fits check ((verdict = 'clean') = (differences = '[]'))
   )`,
  // Up to where each chain of the ledger was last found sound.
  `create table audit_checkpoints (
     city_id text not null,
     tier text not null,
     sequence bigint not null check (sequence >= 0),
     hash bytea not null,
     run_id bigint not null references audit_runs,
     primary key (city_id, tier)
   )`,

  `create table settings (
     key text primary key,
     value jsonb not null,
     updated_at timestamptz not null default app_now(),
     updated_by text
   )`,
]
