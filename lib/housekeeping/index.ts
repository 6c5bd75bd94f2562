import type { Kysely } from 'kysely'
import type { Database } from '@/db/schema'
import { forgetSignIns } from '@/lib/accounts/forget'
import { noteTourSales } from '@/lib/analytics/tour-sales'
import { database } from '@/lib/database'
import { forgetKeys } from '@/lib/idempotency/idempotency'
import { log } from '@/lib/log'
import { reportDeadLetters } from './dead-letters'
import { resumeDeliveries } from './deliveries'
import { resumeEvents } from './events'
import { forgetRequestCounts } from './request-counts'
import { forgetFacts } from './retention'

export type HousekeepingTask = 'resume' | 'forget'

/**
 * `resume`: puts back on its queue what should be there and is not, reports new dead letters, and notes what was sold
 * up to the last full hour.
 * `forget`: drops what is too old to keep. Both are safe to repeat and to run twice at once.
 */
export async function runHousekeeping(
  task: HousekeepingTask,
  db: Kysely<Database> = database(),
): Promise<void> {
  switch (task) {
    case 'resume': {
      const events = await resumeEvents(db)
      const deliveries = await resumeDeliveries(db)
      if (events + deliveries > 0)
        log().warn({ code: 'jobs_resumed', events, deliveries }, 'jobs were missing')
      await reportDeadLetters(db)
      await noteTourSales(db)
      return
    }
    case 'forget': {
      const forgotten = await forgetFacts(db)
      if (forgotten > 0) log().info({ forgotten }, 'facts of old events forgotten')
      await forgetSignIns(db)
      await forgetKeys(db)
      await forgetRequestCounts(db)
      return
    }
  }
}
