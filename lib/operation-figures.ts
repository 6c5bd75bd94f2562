import { sql } from 'kysely'
import { failedAlerts } from './alerts/failed-alerts'
import { database } from './database'
import { reconciledAt } from './stripe/reconciled-at'

/**
 * What an operator watches, besides the processes themselves. Counts; ages in seconds. Alerts that failed are those of
 * the last seven days, as in the console. Null: no worker was ever up to compare anything with Stripe.
 */
export type OperationFigures = Record<
  | 'seats_sold'
  | 'seats_held'
  | 'exceptions_open'
  | 'events_waiting'
  | 'oldest_event_seconds'
  | 'alerts_failed',
  number
> &
  Record<'reconciled_seconds_ago', number | null>

/** Reads the figures in one statement. */
export async function readOperationFigures(): Promise<OperationFigures> {
  const { rows } = await sql<OperationFigures>`
    select
      (select coalesce(sum(sold), 0)::int from inventory) as seats_sold,
      (select coalesce(sum(held), 0)::int from inventory) as seats_held,
      (select count(*)::int from payment_exceptions where state <> 'resolved') as exceptions_open,
      waiting.events as events_waiting,
      waiting.age as oldest_event_seconds,
      ${failedAlerts} as alerts_failed,
      extract(epoch from app_now() - ${reconciledAt})::int as reconciled_seconds_ago
    from (select count(*)::int as events,
        coalesce(extract(epoch from app_now() - min(received_at)), 0)::int as age
      from stripe_events where state = 'received' and received_at < 'infinity') waiting`.execute(database())
  const [figures] = rows
  if (!figures) throw new Error('No figures were read')
  return figures
}
