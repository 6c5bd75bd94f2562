import type { Connection } from '@/lib/database'
import { seedThresholds } from './alerts/thresholds'
import { seedTour } from './cities/seed'

/**
 * Fills a new database: the tour and the default thresholds. Cities are never deleted, so with any city there an
 * admin has begun to edit, and nothing is touched, what they have emptied included.
 *
 * @param connection connected as a role that may write
 */
export async function seed(connection: Connection): Promise<void> {
  await connection.transaction().execute(async (trx) => {
    const any = await trx.selectFrom('cities').select('id').limit(1).executeTakeFirst()
    if (any) return
    await seedThresholds(trx)
    await seedTour(trx)
  })
}
