import { sql } from 'kysely'
import { raiseAlerts } from '@/lib/alerts/raise'
import type { Connection } from '@/lib/database'
import { type DeadLetterQueue, deadLetterQueues, queueSchema } from '@/lib/queues/definitions'

/** Dead letters come in swarms: the next alert comes this long after one. */
const quietMinutes = 10

/**
 * Raises one alert when there are dead letters that no alert has told of yet. Those of alerts about dead letters do
 * not count, or a dead channel would keep reporting itself.
 */
export async function reportDeadLetters(connection: Connection): Promise<void> {
  await connection.transaction().execute(async (trx) => {
    const { rows } = await sql<{ queue: DeadLetterQueue; waiting: number; newest: string; fresh: boolean }>`
      select job.name as queue, count(*)::int as waiting,
        (array_agg(job.id order by job.created_on desc))[1] as newest,
        -- A few seconds are for letters whose transaction was still open; the alert's key keeps it from repeating.
        bool_or(job.created_on + (select shift from app_clock) > coalesce(
          (select max(created_at) from alerts where kind = 'dead_letter') - interval '5 s', '-infinity')) as fresh
      from ${sql.table(`${queueSchema}.job`)} job
      where job.name = any(${[...deadLetterQueues]})
        and job.state < 'completed'
        and not exists (
          select from alerts
          where job.name = 'alerts-dead' and alerts.kind = 'dead_letter' and alerts.id::text = job.data ->> 'alertId'
        )
        and not exists (
          select from alerts
          where kind = 'dead_letter' and created_at > app_now() - make_interval(mins => ${quietMinutes})
        )
      group by job.name
      order by job.name`.execute(trx)
    if (!rows.some((row) => row.fresh)) return
    const total = rows.reduce((sum, row) => sum + row.waiting, 0)
    await raiseAlerts(trx, [
      {
        kind: 'dead_letter',
        key: `dead letters up to ${rows.map((row) => row.newest).join(' ')}`,
        subject: total === 1 ? 'A job has failed for good' : `${total} jobs have failed for good`,
        body: `${rows.map((row) => `${nouns[row.queue]}: ${row.waiting}`).join('. ')}. They wait in the console to be replayed.`,
      },
    ])
  })
}

const nouns: Record<DeadLetterQueue, string> = {
  'stripe-events-dead': "Stripe's events that could not be processed",
  'alerts-dead': 'Alerts that could not be delivered',
  'refunds-dead': 'Refunds that could not be made, or not be told of',
}
