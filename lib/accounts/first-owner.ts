import { sql } from 'kysely'
import { database } from '@/lib/database'
import { recordAudit } from './audit-log'
import { hashPassword } from './password-hash'
import { randomPassword } from './password-rules'

/** When ADMIN_EMAIL names nobody. A domain that exists for examples, so that it is nobody's mailbox. */
const defaultOwnerEmail = 'owner@example.com'

/**
 * Makes the first owner, with a random password, when there is no account at all. Of several starts at once one
 * makes it.
 *
 * @returns what to sign in with, shown this once; undefined when there is an account
 */
export async function createFirstOwner(
  email: string = defaultOwnerEmail,
): Promise<{ email: string; password: string } | undefined> {
  if (await hasAccounts()) return undefined
  const password = randomPassword()
  const hash = await hashPassword(password)
  return database()
    .transaction()
    .execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(${firstOwnerLock})`.execute(trx)
      // A statement of its own, after the lock, so that it sees what was made while this one waited.
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto('admin_accounts')
        .columns(['email', 'role', 'password_hash'])
        .expression(
          sql`select ${email.toLowerCase()}, 'owner', ${hash} where not exists (select from admin_accounts)`,
        )
        .executeTakeFirstOrThrow()
      if (numInsertedOrUpdatedRows !== 1n) return undefined
      await recordAudit(
        trx,
        { actor: { kind: 'system', name: 'first start' } },
        { action: 'account.create', target: email, outcome: 'applied', after: { role: 'owner' } },
      )
      return { email: email.toLowerCase(), password }
    })
}

async function hasAccounts(): Promise<boolean> {
  const found = await database().selectFrom('admin_accounts').select('id').limit(1).executeTakeFirst()
  return found !== undefined
}

/** Any constant that nothing else in the database locks. */
const firstOwnerLock = 6_300_003
