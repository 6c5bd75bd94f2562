import { type Kysely, sql } from 'kysely'
import type { AlertChannel, Database } from '@/db/schema'
import { queueSchema } from '@/lib/queues/definitions'
import { enqueue } from '@/lib/queues/send'

/** Deliveries of a digest wait for one job among them, so a missing job shows only when its time has passed. */
const graceSeconds = 120
const batchSize = 500

/**
 * Enqueues deliveries of alerts that should have been tried by now and have no job.
 *
 * @returns how many
 */
export async function resumeDeliveries(db: Kysely<Database>): Promise<number> {
  return db.transaction().execute(async (trx) => {
    // Index alert_deliveries_waiting.
    const { rows } = await sql<{ alertId: string; channel: AlertChannel; target: string }>`
      select delivery.alert_id as "alertId", delivery.channel, delivery.target
      from alert_deliveries delivery
      where delivery.state in ('pending', 'sending', 'unknown')
        and coalesce(delivery.next_try_at, delivery.updated_at) < app_now() - make_interval(secs => ${graceSeconds})
        and not exists (
          select from ${sql.table(`${queueSchema}.job`)} job
          where job.name = 'alerts'
            and job.state < 'completed'
            and job.data ->> 'alertId' = delivery.alert_id::text
            and job.data ->> 'channel' = delivery.channel
            and job.data ->> 'target' = delivery.target
        )
      order by delivery.updated_at
      limit ${batchSize}
      for update of delivery skip locked`.execute(trx)
    await enqueue(trx, 'alerts', rows)
    return rows.length
  })
}
