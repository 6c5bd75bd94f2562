import { sql } from 'kysely'
import { ahead } from '@/db/ahead'
import type { Trx } from '@/lib/database'
import { errorText } from '@/lib/error-text'
import { log } from '@/lib/log'

/**
 * Raises alerts inside a savepoint of the caller's transaction: a fault in here is logged and undone alone. An
 * alert never delays or undoes what it tells of. The savepoint takes no round trip of its own.
 */
export async function attemptAlerts(trx: Trx, raise: () => Promise<void>): Promise<void> {
  await sql`${ahead} savepoint alerts`.execute(trx)
  try {
    await raise()
    // Or all that the transaction writes from here on would belong to the savepoint.
    await sql`${ahead} release savepoint alerts`.execute(trx)
  } catch (error) {
    await sql`rollback to savepoint alerts`.execute(trx)
    log().error(
      { code: 'alert_not_raised', detail: errorText(error) },
      'an alert could not be raised; what it tells of stands',
    )
  }
}
