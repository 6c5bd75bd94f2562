import { sql } from 'kysely'

/**
 * How many alerts of the last seven days did not reach somebody, as part of another statement. An alert to three phones
 * is one, and what is older is no longer news: a figure that never falls cannot end an alarm.
 *
 * Indexes: alerts_by_time, alert_deliveries_failed.
 */
export const failedAlerts = sql<number>`(
  select count(*)::int from alerts a
  where a.created_at > app_now() - interval '7 days'
    and exists (select from alert_deliveries d where d.alert_id = a.id and d.state = 'failed'))`
