import { sql } from 'kysely'
import { database, type Connection } from '@/lib/database'
import { parseEmail } from '@/lib/email'
import { isUuid } from '@/lib/is-uuid'
import type { Result } from '@/lib/result'
import { audited, type AuditContext } from './audit-log'
import { lockActingOwner } from './lock-owners'
import { hashPassword } from './password-hash'
import { passwordProblem, randomPassword, type PasswordProblem } from './password-rules'
import type { Role } from './principal'

export interface Account {
  id: string
  /** Lower case. */
  email: string
  role: Role
  createdAt: Date
  passwordChangedAt: Date
  /** Null for an account that may sign in. */
  disabledAt: Date | null
  /** Whether its sign-in needs a second factor. */
  hasSecondFactor: boolean
  lastSeenAt: Date | null
}

export interface NewAccount {
  email: string
  role: Role
  /** Without one it is made at random, and returned this once. */
  password?: string
}

export interface CreatedAccount {
  id: string
  email: string
  /** Only when it was made here. */
  password?: string
}

/**
 * Makes an account that can sign in at once. Emails are unique, whatever their case. `not_owner`: whoever acts has been
 * disabled, or lost the role, since their request came.
 */
export async function createAccount(
  { email, role, password }: NewAccount,
  context: AuditContext,
): Promise<Result<CreatedAccount, 'invalid_email' | 'email_taken' | 'not_owner' | PasswordProblem>> {
  const address = parseEmail(email)
  const chosen = password ?? randomPassword()
  const problem = address === null ? 'invalid_email' : passwordProblem(chosen, address)
  const hash = problem === undefined ? await hashPassword(chosen) : undefined
  return audited(context, { action: 'account.create', target: address ?? undefined }, async (trx) => {
    if (problem !== undefined) return { ok: false, code: problem }
    if (address === null || hash === undefined) return { ok: false, code: 'invalid_email' }
    if (!(await lockActingOwner(trx, context))) return { ok: false, code: 'not_owner' }
    const made = await trx
      .insertInto('admin_accounts')
      .values({ email: address, role, password_hash: hash })
      .onConflict((conflict) => conflict.column('email').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (!made) return { ok: false, code: 'email_taken' }
    const value = { id: made.id, email: address, ...(password === undefined && { password: chosen }) }
    return { ok: true, value, after: { role } }
  })
}

/** All accounts, in order of email. */
export async function listAccounts(): Promise<Account[]> {
  return select(database()).orderBy('account.email').execute()
}

/** One account, disabled or not; undefined for the id of none, whatever its form. */
export async function getAccount(id: string): Promise<Account | undefined> {
  if (!isUuid(id)) return undefined
  return select(database()).where('account.id', '=', id).executeTakeFirst()
}

/** Of an account that is there. */
export async function emailOf(connection: Connection, accountId: string): Promise<string> {
  const { email } = await connection
    .selectFrom('admin_accounts')
    .select('email')
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow()
  return email
}

function select(connection: Connection) {
  return connection
    .selectFrom('admin_accounts as account')
    .select(['account.id', 'account.email', 'account.role'])
    .select(['account.created_at as createdAt', 'account.disabled_at as disabledAt'])
    .select('account.password_changed_at as passwordChangedAt')
    .select(hasSecondFactor('account.id').as('hasSecondFactor'))
    .select(
      sql<Date | null>`(select max(last_seen_at) from admin_sessions
        where account_id = account.id and stage = 'full')`.as('lastSeenAt'),
    )
}

/** A confirmed authenticator app, or a passkey. */
export function hasSecondFactor(accountId: string) {
  const id = sql.ref(accountId)
  return sql<boolean>`(
    exists (select from admin_totp where account_id = ${id} and confirmed_at is not null)
    or exists (select from admin_passkeys where account_id = ${id}))`
}
