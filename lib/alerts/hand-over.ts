import { sql } from 'kysely'
import type { AlertChannel, AlertKind, AlertLevel } from '@/db/tables/alerts'
import type { Trx } from '@/lib/database'
import { enqueue } from '@/lib/queues/send'
import { dueIn } from './due'
import { isUrgent } from './urgency'

/**
 * Gives alerts that reach somebody no more to those who are told by now: each alert which none of them has or waits
 * for. So a replaced recipient's alerts go to the new one, and where one of several leaves, nobody gets anything twice.
 *
 * @param skipped alerts whose delivery by the channel has just been skipped
 * @returns how many deliveries were made of it
 */
export async function handOver(
  trx: Trx,
  skipped: { alertIds: readonly string[]; channel: AlertChannel; urgent?: true | undefined },
  told: readonly string[],
): Promise<number> {
  const { alertIds, channel, urgent } = skipped
  // Two recipients may be skipped at once, by lists that differ: the later one has to see that the other gets nothing.
  const alerts = await sql<{ id: string; kind: AlertKind; level: AlertLevel | null }>`
    select id, kind, level from alerts where id = any(${[...alertIds]}::uuid[]) order by id for no key update`.execute(
    trx,
  )
  // Index: the primary key. Whoever was skipped before and is told again may have got an earlier try.
  const { rows } = await sql<{ alertId: string; target: string }>`
    insert into alert_deliveries as delivery (alert_id, channel, target, next_try_at)
    select alert.id, ${channel}, told.target, ${dueIn(0)}
    from unnest(${[...alertIds]}::uuid[]) as alert (id)
    cross join (select distinct unnest(${[...told]}::text[])) as told (target)
    where not exists (
      select from alert_deliveries known
      where known.alert_id = alert.id and known.channel = ${channel}
        and (known.state in ('sent', 'pending', 'sending', 'unknown')
            and lower(known.target) = any(${told.map((target) => target.toLowerCase())}::text[])
          or known.state = 'failed' and lower(known.target) = lower(told.target)))
    order by alert.id, told.target
    on conflict (alert_id, channel, target) do update
      set state = case when delivery.attempts > 0 then 'unknown' else 'pending' end, last_error = null,
        next_try_at = excluded.next_try_at, updated_at = app_now()
      where delivery.state = 'skipped'
    returning alert_id as "alertId", target`.execute(trx)
  const overtaking = new Set(alerts.rows.filter((alert) => urgent || isUrgent(alert)).map(({ id }) => id))
  await enqueue(
    trx,
    'alerts',
    rows.map(({ alertId, target }) => ({
      alertId,
      channel,
      target,
      ...(overtaking.has(alertId) ? { urgent: true as const } : {}),
    })),
  )
  return rows.length
}
