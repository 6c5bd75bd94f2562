import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { rowsOf } from '@/db/rows-of'
import type { Trx } from '@/lib/database'
import { queues } from '@/lib/queues/definitions'
import { referenceOf } from './decide-claim'

/**
 * Has deliveries that failed for good begin anew, with all their tries: those that jobs name, and what was in the same
 * message. It gets a new reference, or receivers would take it for one that they have.
 *
 * @param jobs what the jobs carry; another delivery than a failed one is left alone
 */
export async function reviveDeliveries(trx: Trx, jobs: readonly unknown[]): Promise<void> {
  const leads = jobs.flatMap((job) => {
    const { data } = queues.alerts.payload.safeParse(job)
    const channel = data?.channel ?? 'log'
    return data && channel !== 'log' ? [{ ...data, channel }] : []
  })
  if (leads.length === 0) return
  // Index: alert_deliveries_failed, which holds what has failed alone.
  await sql`
    update alert_deliveries failed
    set state = 'pending', attempts = 0, provider_id = named.reference, next_try_at = app_now(), updated_at = app_now()
    from ${rowsOf(leads, {
      alert_id: ['uuid', ({ alertId }) => alertId],
      channel: ['text', ({ channel }) => channel],
      target: ['text', ({ target }) => target],
      reference: ['text', ({ channel, target }) => referenceOf({ alertId: randomUUID(), channel, target })],
    })} named
    join alert_deliveries lead using (alert_id, channel, target)
    where failed.state = 'failed' and lead.state = 'failed' and failed.channel = lead.channel
      and failed.target = lead.target
      and (failed.alert_id = lead.alert_id or failed.provider_id = lead.provider_id)`.execute(trx)
}
