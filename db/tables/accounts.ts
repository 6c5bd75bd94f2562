import type { Generated, JSONColumnType } from 'kysely'
import type { DefaultTimestamp, NullableTimestamp, Timestamp } from './time'

/** What a person may: `viewer` sees, `operator` changes stock, `owner` resets and manages. Each includes the one before. */
export type Role = 'viewer' | 'operator' | 'owner'

export interface AdminAccountsTable {
  id: Generated<string>
  email: string
  role: Role
  password_hash: string
  password_changed_at: DefaultTimestamp
  created_at: DefaultTimestamp
  disabled_at: NullableTimestamp
}

export type SessionStage = 'second_factor' | 'full'
export type SessionEnd =
  | 'signed_out'
  | 'revoked'
  | 'renewed'
  | 'password_changed'
  | 'role_changed'
  | 'second_factor_changed'
  | 'disabled'

export interface AdminSessionsTable {
  id: Generated<string>
  account_id: string
  token_hash: Buffer
  stage: SessionStage
  address: string
  user_agent: string
  created_at: Timestamp
  last_seen_at: Timestamp
  expires_at: Timestamp
  ended_at: NullableTimestamp
  ended_because: SessionEnd | null
}

export interface AdminTotpTable {
  account_id: string
  sealed_secret: Buffer
  created_at: DefaultTimestamp
  confirmed_at: NullableTimestamp
  last_step: Generated<number>
}

export interface AdminRecoveryCodesTable {
  account_id: string
  code_hash: Buffer
  used_at: NullableTimestamp
}

export interface AdminPasskeysTable {
  id: string
  account_id: string
  name: string
  public_key: Buffer
  counter: number
  transports: Generated<string[]>
  created_at: DefaultTimestamp
  last_used_at: NullableTimestamp
}

export type ChallengePurpose = 'register' | 'second_factor' | 'sign_in'

export interface PasskeyChallengesTable {
  id: Generated<string>
  challenge: string
  purpose: ChallengePurpose
  account_id: string | null
  expires_at: Timestamp
}

export interface SignInAttemptsTable {
  key: string
  failures: number
  blocked_until: Timestamp
  last_at: Timestamp
  reported: Generated<boolean>
}

/** What an API token may; the same three steps under their own names. */
export type Scope = 'read' | 'operate' | 'own'

export interface ApiTokensTable {
  id: Generated<string>
  name: string
  scope: Scope
  token_hash: Buffer
  prefix: string
  created_at: Timestamp
  created_by: string
  expires_at: Timestamp
  last_used_at: NullableTimestamp
  revoked_at: NullableTimestamp
}

export type AuditOutcome = 'applied' | 'refused' | 'failed'

export interface AdminAuditTable {
  id: Generated<number>
  at: DefaultTimestamp
  actor_kind: 'nobody' | 'admin' | 'token' | 'system'
  actor_id: string | null
  actor_label: string
  address: string | null
  action: string
  target: string | null
  outcome: AuditOutcome
  code: string | null
  before: JSONColumnType<Record<string, unknown>> | null
  after: JSONColumnType<Record<string, unknown>> | null
  reason: string | null
  authorized_by: string | null
  request_id: string | null
}
