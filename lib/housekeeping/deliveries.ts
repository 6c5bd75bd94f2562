import { sql } from 'kysely'
import type { AlertChannel, AlertKind, AlertLevel } from '@/db/tables/alerts'
import { isUrgent } from '@/lib/alerts/urgency'
import type { Connection } from '@/lib/database'
import { queueSchema } from '@/lib/queues/definitions'
import { enqueue } from '@/lib/queues/send'

/** Deliveries of a digest wait for one job among them, so a missing job shows only when its time has passed. */
const graceSeconds = 120
const batchSize = 500

interface LostDelivery {
  alertId: string
  channel: AlertChannel
  target: string
  kind: AlertKind
  level: AlertLevel | null
  isUrgentMessage: boolean
}

/**
 * Enqueues deliveries of alerts that should have been tried by now and have no job.
 *
 * @returns how many
 */
export async function resumeDeliveries(connection: Connection): Promise<number> {
  return connection.transaction().execute(async (trx) => {
    // As for events: each delivery would be compared with each job. Its alert is looked up all the same (`offset 0`).
    await sql`set local enable_nestloop = off`.execute(trx)
    // Indexes: alert_deliveries_waiting; the primary keys. Only an urgent message of an admin goes to phones.
    const { rows } = await sql<LostDelivery>`
      select delivery.alert_id as "alertId", delivery.channel, delivery.target, alert.kind, alert.level,
        alert.kind = 'manual' and exists (
          select from alert_deliveries sms where sms.alert_id = alert.id and sms.channel = 'sms'
        ) as "isUrgentMessage"
      from alert_deliveries delivery
      cross join lateral (select id, kind, level from alerts where id = delivery.alert_id offset 0) alert
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
    const jobs = rows.map(({ kind, level, isUrgentMessage, ...key }) =>
      isUrgentMessage || isUrgent({ kind, level }) ? { ...key, urgent: true as const } : key,
    )
    await enqueue(trx, 'alerts', jobs)
    return rows.length
  })
}
