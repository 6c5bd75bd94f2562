import { sql } from 'kysely'
import { database } from '@/lib/database'
import { isUuid } from '@/lib/is-uuid'
import { isStorableText } from '@/lib/outside-text'
import { tokenHash } from '@/lib/random-token'
import type { Result } from '@/lib/result'
import { audited, type AuditContext } from '../audit-log'
import { describeActor } from '../audit-log/entry'
import { lockActingOwner } from '../lock-owners'
import type { Scope } from '../principal'
import { newTokenText, tokenPrefix } from './token-text'

export interface ApiToken {
  id: string
  name: string
  scope: Scope
  /** How it begins, such as `sixfb_Ab3dE9`. */
  prefix: string
  /** The email of the account that made it, or what else did. */
  createdBy: string
  maker: TokenMaker
  expiresAt: Date
  /** To the minute; null while it was never used. */
  lastUsedAt: Date | null
  state: 'active' | 'expired' | 'revoked'
}

/** What has become of the account that made a token. `command`: none did, but a command of ours. */
export type TokenMaker = 'active' | 'disabled' | 'gone' | 'command'

export const defaultTokenDays = 365
export const maxTokenDays = 3_650

export interface NewToken {
  /** 1 to 80 characters; what people call it. Several tokens may share one, while the old is replaced. */
  name: string
  scope: Scope
  /** Whole days until it expires, 1 to 3,650. */
  days?: number
}

export interface CreatedToken {
  id: string
  /** Shown this once; we keep its hash. */
  token: string
  expiresAt: Date
}

/**
 * Makes a token for another system. `invalid_name`: not 1 to 80 storable characters; `invalid_days`: not a whole number
 * from 1 to `maxTokenDays`; `not_owner`: whoever acts has been disabled, or lost the role, since their request came.
 */
export async function createToken(
  { name, scope, days = defaultTokenDays }: NewToken,
  context: AuditContext,
): Promise<Result<CreatedToken, 'invalid_name' | 'invalid_days' | 'not_owner'>> {
  return audited(context, { action: 'token.create', target: name }, async (trx) => {
    const label = name.trim()
    if (!isStorableText(label, 80)) return { ok: false, code: 'invalid_name' }
    if (!Number.isInteger(days) || days < 1 || days > maxTokenDays) return { ok: false, code: 'invalid_days' }
    if (!(await lockActingOwner(trx, context))) return { ok: false, code: 'not_owner', target: label }
    const token = newTokenText()
    const row = await trx
      .insertInto('api_tokens')
      .values({
        name: label,
        scope,
        token_hash: tokenHash(token),
        prefix: tokenPrefix(token),
        created_at: sql<Date>`app_now()`,
        created_by: describeActor(context.actor).label,
        expires_at: sql<Date>`app_now() + make_interval(days => ${days})`,
      })
      .returning(['id', 'expires_at'])
      .executeTakeFirstOrThrow()
    const value = { id: row.id, token, expiresAt: row.expires_at }
    const after = { id: row.id, scope, prefix: tokenPrefix(token), expiresAt: row.expires_at.toISOString() }
    return { ok: true, value, after, target: label }
  })
}

/**
 * All tokens, the newest first; expired and revoked ones stay listed. They belong to the shop, whose other systems use
 * them: a token stays good whatever becomes of the account that made it.
 */
export async function listTokens(): Promise<ApiToken[]> {
  return (
    database()
      .selectFrom('api_tokens as token')
      // The unique index on email. Nothing here changes an account's email.
      .leftJoin('admin_accounts as account', 'account.email', 'token.created_by')
      .select(['token.id', 'token.name', 'token.scope', 'token.prefix'])
      .select(['token.created_by as createdBy', 'token.expires_at as expiresAt'])
      .select('token.last_used_at as lastUsedAt')
      .select(
        sql<ApiToken['state']>`case when token.revoked_at is not null then 'revoked'
        when token.expires_at <= app_now() then 'expired' else 'active' end`.as('state'),
      )
      .select(
        sql<TokenMaker>`case when account.disabled_at is not null then 'disabled'
        when account.id is not null then 'active'
        when position('@' in token.created_by) > 0 then 'gone' else 'command' end`.as('maker'),
      )
      .orderBy('token.created_at', 'desc')
      .orderBy('token.id')
      .execute()
  )
}

/** How many tokens that an account made are good still. */
export async function countTokensMadeBy(email: string): Promise<number> {
  const { good } = await database()
    .selectFrom('api_tokens')
    .select((eb) => eb.fn.countAll<number>().as('good'))
    .where('created_by', '=', email)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', sql<Date>`app_now()`)
    .executeTakeFirstOrThrow()
  return good
}

/** Ends a token at once; one that is revoked already stays as it is. */
export async function revokeToken(
  id: string,
  context: AuditContext,
): Promise<Result<null, 'unknown_token' | 'already_revoked'>> {
  return audited(context, { action: 'token.revoke', target: id }, async (trx) => {
    const token = isUuid(id)
      ? await trx
          .selectFrom('api_tokens')
          .select(['name', 'scope', 'revoked_at'])
          .where('id', '=', id)
          .forUpdate()
          .executeTakeFirst()
      : undefined
    if (!token) return { ok: false, code: 'unknown_token' }
    if (token.revoked_at !== null) return { ok: false, code: 'already_revoked', target: token.name }
    await trx
      .updateTable('api_tokens')
      .set({ revoked_at: sql<Date>`app_now()` })
      .where('id', '=', id)
      .execute()
    return { ok: true, value: null, target: token.name, before: { id, scope: token.scope } }
  })
}
