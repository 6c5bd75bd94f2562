import { createHash, randomInt } from 'node:crypto'
import { sql } from 'kysely'
import type { Connection, Trx } from '@/lib/database'

/** How many an account gets at a time. */
const recoveryCodeCount = 10

/**
 * Replaces an account's recovery codes.
 *
 * @returns the new ones, such as `h7kd-2mqp-x9tc-4wfb`; they are shown once and kept only as hashes
 */
export async function issueRecoveryCodes(trx: Trx, accountId: string): Promise<string[]> {
  const codes = Array.from({ length: recoveryCodeCount }, randomCode)
  await trx.deleteFrom('admin_recovery_codes').where('account_id', '=', accountId).execute()
  await trx
    .insertInto('admin_recovery_codes')
    .values(codes.map((code) => ({ account_id: accountId, code_hash: codeHash(code) })))
    .execute()
  return codes
}

/** Spends a code. Of two who use one at once, PostgreSQL lets one through. @returns whether it was good */
export async function spendRecoveryCode(trx: Trx, accountId: string, code: string): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('admin_recovery_codes')
    .set({ used_at: sql<Date>`app_now()` })
    .where('account_id', '=', accountId)
    .where('code_hash', '=', codeHash(code))
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** How many are left to use. */
export async function countRecoveryCodes(connection: Connection, accountId: string): Promise<number> {
  const { left } = await connection
    .selectFrom('admin_recovery_codes')
    .select((eb) => eb.fn.countAll<number>().as('left'))
    .where('account_id', '=', accountId)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow()
  return left
}

/** Without letters and digits that look alike: 16 of them hold 79 random bits, more than can be tried. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

function randomCode(): string {
  const group = () => Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join('')
  return [group(), group(), group(), group()].join('-')
}

/** However it is typed: signs and case do not count. */
function codeHash(code: string): Buffer {
  return createHash('sha256')
    .update(code.toLowerCase().replace(/[^a-z0-9]/g, ''))
    .digest()
}
