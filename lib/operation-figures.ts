import { sql } from 'kysely'
import { failedAlerts } from './alerts/failed-alerts'
import { database } from './database'

/**
 * What an operator watches, besides the processes themselves. Counts; ages in seconds. Alerts that failed are those of
 * the last seven days, as in the console.
 */
export type OperationFigures = Record<
  | 'seats_sold'
  | 'seats_held'
  | 'exceptions_open'
  | 'events_waiting'
  | 'oldest_event_seconds'
  | 'alerts_failed',
  number
>

/** Reads the figures in one statement. */
export async function readOperationFigures(): Promise<OperationFigures> {
  const { rows } = await sql<OperationFigures>`
    select
      (select coalesce(sum(sold), 0)::int from inventory) as seats_sold,
      (select coalesce(sum(held), 0)::int from inventory) as seats_held,
      (select count(*)::int from payment_exceptions where state <> 'resolved') as exceptions_open,
      waiting.events as events_waiting,
      waiting.age as oldest_event_seconds,
      ${failedAlerts} as alerts_failed
    from (select count(*)::int as events,
        coalesce(extract(epoch from app_now() - min(received_at)), 0)::int as age
      from stripe_events where state = 'received') waiting`.execute(database())
  const [figures] = rows
  if (!figures) throw new Error('No figures were read')
  return figures
}
