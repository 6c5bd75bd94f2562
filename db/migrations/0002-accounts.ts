import { type Kysely, sql } from 'kysely'

/** Who may: admin accounts with their second factors and sessions, API tokens, and the log of what admins did. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table admin_accounts (
     id uuid primary key default gen_random_uuid(),
     email text not null unique check (email = lower(email) and length(email) between 3 and 255),
     role text not null check (role in ('viewer', 'operator', 'owner')),
     password_hash text not null check (password_hash like '$argon2id$%'),
     password_changed_at timestamptz not null default app_now(),
     created_at timestamptz not null default app_now(),
     disabled_at timestamptz
   )`,
  // What a change that could take the last owner away locks.
  `create index admin_accounts_active_owners on admin_accounts (id) where role = 'owner' and disabled_at is null`,

  // Of sessions and tokens only hashes are kept: who reads this database can use none of them.
  `create table admin_sessions (
     id uuid primary key default gen_random_uuid(),
     account_id uuid not null references admin_accounts on delete cascade,
     token_hash bytea not null unique check (octet_length(token_hash) = 32),
     stage text not null check (stage in ('second_factor', 'full')),
     address text not null check (length(address) <= 64),
     user_agent text not null check (length(user_agent) <= 255),
     created_at timestamptz not null,
     last_seen_at timestamptz not null,
     expires_at timestamptz not null check (expires_at > created_at),
     ended_at timestamptz,
     ended_because text check (ended_because in ('signed_out', 'revoked', 'renewed', 'password_changed',
       'role_changed', 'second_factor_changed', 'disabled')),
     check ((ended_at is null) = (ended_because is null))
   )`,
  `create index admin_sessions_by_account on admin_sessions (account_id, created_at)`,
  `create index admin_sessions_by_time on admin_sessions (created_at)`,

  `create table admin_totp (
     account_id uuid primary key references admin_accounts on delete cascade,
     sealed_secret bytea not null,
     created_at timestamptz not null default app_now(),
     confirmed_at timestamptz,
     -- The time step of the newest code that was accepted; it and all before it are spent.
     last_step bigint not null default 0
   )`,
  `create table admin_recovery_codes (
     account_id uuid not null references admin_accounts on delete cascade,
     code_hash bytea not null check (octet_length(code_hash) = 32),
     used_at timestamptz,
     primary key (account_id, code_hash)
   )`,
  `create table admin_passkeys (
     id text primary key check (length(id) between 1 and 1400),
     account_id uuid not null references admin_accounts on delete cascade,
     name text not null check (length(name) between 1 and 80),
     public_key bytea not null,
     counter bigint not null check (counter >= 0),
     transports text[] not null default '{}',
     created_at timestamptz not null default app_now(),
     last_used_at timestamptz
   )`,
  `create index admin_passkeys_by_account on admin_passkeys (account_id)`,
  `create table passkey_challenges (
     id uuid primary key default gen_random_uuid(),
     challenge text not null,
     purpose text not null check (purpose in ('register', 'second_factor', 'sign_in')),
     -- Null for a sign-in, which does not know yet who it is.
     account_id uuid references admin_accounts on delete cascade,
     expires_at timestamptz not null,
     check ((purpose = 'sign_in') = (account_id is null))
   )`,
  `create index passkey_challenges_by_expiry on passkey_challenges (expires_at)`,

  `create table sign_in_attempts (
     key text primary key check (length(key) <= 255),
     failures integer not null check (failures > 0),
     blocked_until timestamptz not null,
     last_at timestamptz not null,
     -- Whether the refusals of this wait are in the audit log; one row stands for all of them.
     reported boolean not null default false
   )`,
  `create index sign_in_attempts_by_time on sign_in_attempts (last_at)`,

  `create table api_tokens (
     id uuid primary key default gen_random_uuid(),
     name text not null check (length(name) between 1 and 80),
     scope text not null check (scope in ('read', 'operate', 'own')),
     token_hash bytea not null unique check (octet_length(token_hash) = 32),
     prefix text not null check (length(prefix) <= 20),
     created_at timestamptz not null,
     created_by text not null check (length(created_by) <= 255),
     expires_at timestamptz not null check (expires_at > created_at),
     last_used_at timestamptz,
     revoked_at timestamptz
   )`,
  `create index api_tokens_by_time on api_tokens (created_at, id)`,

  `create table admin_audit (
     id bigint generated always as identity primary key,
     at timestamptz not null default app_now(),
     actor_kind text not null check (actor_kind in ('nobody', 'admin', 'token', 'system')),
     actor_id text check (length(actor_id) <= 64),
     actor_label text not null check (length(actor_label) <= 255),
     address text check (length(address) <= 64),
     action text not null check (action ~ '^[a-z][a-z_.]*$' and length(action) <= 64),
     target text check (length(target) <= 255),
     outcome text not null check (outcome in ('applied', 'refused', 'failed')),
     code text check (length(code) <= 64),
     before jsonb,
     after jsonb,
     reason text check (length(reason) <= 1000),
     authorized_by text check (length(authorized_by) <= 255),
     request_id text check (length(request_id) <= 255),
     check ((outcome = 'applied') = (code is null))
   )`,
  // Each filter of the audit page, with the page's order.
  `create index admin_audit_by_actor on admin_audit (actor_id, id)`,
  `create index admin_audit_by_action on admin_audit (action, id)`,
  `create index admin_audit_by_target on admin_audit (target, id)`,
  `create index admin_audit_not_applied on admin_audit (outcome, id) where outcome <> 'applied'`,
  `create index admin_audit_by_time on admin_audit (at)`,
  `create trigger admin_audit_append_only before update or delete or truncate on admin_audit
     for each statement execute function refuse_change()`,
]
