import { createToken, revokeToken } from '@/lib/accounts/tokens'
import type { Role, Scope } from '@/lib/accounts'
import { closeDatabase } from '@/lib/database'
import { stopQueueSender } from '@/lib/queues/send'
import { aClient, anAccount, aSession, somebody, type TestAccount } from './accounts'
import type { Shop } from './shop'

/** Headers of everybody who may knock at the doors. */
export interface Callers {
  /** A live session of an account with that role. */
  session: (role: Role) => Promise<Record<string, string>>
  /** A good token. */
  token: (scope: Scope) => Promise<Record<string, string>>
  expiredToken: () => Promise<Record<string, string>>
  revokedToken: () => Promise<Record<string, string>>
  expiredSession: () => Promise<Record<string, string>>
  /** Of that role's account. */
  account: (role: Role) => Promise<TestAccount>
  close: () => Promise<void>
}

export function callersOf(shop: Shop): Callers {
  // Accounts are made by the product's own code, which opens the database that the environment names.
  process.env.DATABASE_URL = shop.database.appUrl
  const accounts = new Map<Role, Promise<TestAccount>>()
  const account = (role: Role) => {
    const known = accounts.get(role) ?? anAccount(role)
    accounts.set(role, known)
    return known
  }
  const newToken = async (scope: Scope) => {
    const made = await createToken({ name: `tests ${scope}`, scope }, somebody)
    if (!made.ok) throw new Error(made.code)
    return made.value
  }
  const newSession = async (role: Role) => aSession(await account(role), aClient('127.0.0.1'))
  return {
    account,
    session: async (role) => cookie((await newSession(role)).token),
    token: async (scope) => bearer((await newToken(scope)).token),
    async expiredToken() {
      const { id, token } = await newToken('own')
      await shop.rows(
        `update api_tokens set created_at = app_now() - interval '2 days', expires_at = app_now() where id = $1`,
        [id],
      )
      return bearer(token)
    },
    async revokedToken() {
      const { id, token } = await newToken('own')
      await revokeToken(id, somebody)
      return bearer(token)
    },
    async expiredSession() {
      const { id, token } = await newSession('owner')
      await shop.rows(
        `update admin_sessions set created_at = app_now() - interval '8 days', expires_at = app_now() where id = $1`,
        [id],
      )
      return cookie(token)
    },
    async close() {
      await stopQueueSender()
      await closeDatabase()
    },
  }
}

function cookie(token: string): Record<string, string> {
  return { cookie: `session=${token}` }
}

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}
