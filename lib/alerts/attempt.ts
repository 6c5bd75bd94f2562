import { sql } from 'kysely'
import type { Trx } from '@/lib/database'
import { log } from '@/lib/log'

/**
 * Raises alerts inside a savepoint of the caller's transaction: a fault in here is logged and undone alone. An
 * alert never delays or undoes what it tells of.
 */
export async function attemptAlerts(trx: Trx, raise: () => Promise<void>): Promise<void> {
  await sql`savepoint alerts`.execute(trx)
  try {
    await raise()
  } catch (error) {
    await sql`rollback to savepoint alerts`.execute(trx)
    const detail = error instanceof Error ? error.message : String(error)
    log().error({ code: 'alert_not_raised', detail }, 'an alert could not be raised; what it tells of stands')
  }
}
