import { sql } from 'kysely'
import type { Connection } from '@/lib/database'
import { networkOf } from '@/lib/network-of'

/**
 * Where an account's sign-ins were completed, as a column of a statement over `admin_accounts as account`.
 *
 * Index: admin_sessions_by_account.
 */
export const knownAddresses = sql<string[]>`array(select distinct session.address from admin_sessions session
  where session.account_id = account.id and session.stage = 'full')`

/** The same of an account that is there. */
export async function knownAddressesOf(connection: Connection, accountId: string): Promise<string[]> {
  // The primary key.
  const { addresses } = await connection
    .selectFrom('admin_accounts as account')
    .select(knownAddresses.as('addresses'))
    .where('account.id', '=', accountId)
    .executeTakeFirstOrThrow()
  return addresses
}

/**
 * The address, if the account has signed in from there: of IPv6, from the same network, as attempts are counted. A
 * session that came here from elsewhere, such as a stolen one, makes no address known.
 */
export function knownAddress(address: string | undefined, known: readonly string[]): string | undefined {
  if (address === undefined) return undefined
  const network = networkOf(address)
  return known.some((one) => networkOf(one) === network) ? address : undefined
}
