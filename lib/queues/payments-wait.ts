import { sql } from 'kysely'
import { database } from '@/lib/database'
import { type QueueName, queueSchema } from './definitions'

/** Whether an event of Stripe's waits that could be applied now. Events to be tried later do not count. */
export async function paymentsWait(): Promise<boolean> {
  const stripeEvents: QueueName = 'stripe-events'
  // Index: pg-boss's job_i14, which holds few other states; they are named so that the planner sees it.
  const { rows } = await sql`
    select from ${sql.table(`${queueSchema}.job`)}
    where name = ${stripeEvents} and state in ('created', 'retry') and start_after <= now()
    limit 1`.execute(database())
  return rows.length > 0
}
