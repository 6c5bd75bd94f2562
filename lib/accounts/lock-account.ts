import { sql } from 'kysely'
import type { Trx } from '@/lib/database'
import type { Role } from './principal'

export interface LockedAccount {
  id: string
  email: string
  role: Role
  passwordHash: string
  disabled: boolean
}

/**
 * Locks an account for the rest of the transaction. What changes an account or its second factors, begins a session or
 * takes sessions away takes this lock first: two of them go one after the other and never wait for each other
 * crosswise, and no session begins unseen by whoever ends them all.
 */
export async function lockAccount(trx: Trx, accountId: string): Promise<LockedAccount | undefined> {
  return trx
    .selectFrom('admin_accounts')
    .select(['id', 'email', 'role', 'password_hash as passwordHash'])
    .select(sql<boolean>`disabled_at is not null`.as('disabled'))
    .where('id', '=', accountId)
    .forUpdate()
    .executeTakeFirst()
}
