import { sql } from 'kysely'
import { database } from '@/lib/database'
import { tokenHash } from '@/lib/random-token'
import { roleOfScope, type Principal, type Scope } from '../principal'
import { bearerToken } from './token-text'

export type Bearer = { kind: 'token'; id: string; name: string; scope: Scope } | { kind: 'invalid' }

/**
 * Who an `Authorization` header belongs to. Whatever is malformed, unknown, expired or revoked is invalid, and a
 * request that carries it is refused: never taken for one without a header. Notes the use, at most once a minute.
 */
export async function authenticateBearer(header: string): Promise<Bearer> {
  const token = bearerToken(header)
  if (token === undefined) return { kind: 'invalid' }
  // The unique index on token_hash. Looking up a hash tells by its time nothing about the token.
  const row = await database()
    .selectFrom('api_tokens')
    .select(['id', 'name', 'scope'])
    .select(
      sql<boolean>`last_used_at is null or last_used_at < app_now() - interval '1 minute'`.as('isUnnoted'),
    )
    .where('token_hash', '=', tokenHash(token))
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', sql<Date>`app_now()`)
    .executeTakeFirst()
  if (!row) return { kind: 'invalid' }
  if (row.isUnnoted) await noteUse(row.id)
  return { kind: 'token', id: row.id, name: row.name, scope: row.scope }
}

/** The token as a caller. */
export function tokenPrincipal({ id, name, scope }: Extract<Bearer, { kind: 'token' }>): Principal {
  return { kind: 'token', tokenId: id, name, role: roleOfScope(scope) }
}

async function noteUse(id: string): Promise<void> {
  // Again with the condition: of many requests at once, one writes.
  await database()
    .updateTable('api_tokens')
    .set({ last_used_at: sql<Date>`app_now()` })
    .where('id', '=', id)
    .where(sql<boolean>`last_used_at is null or last_used_at < app_now() - interval '1 minute'`)
    .execute()
}
