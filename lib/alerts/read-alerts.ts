import { type RawBuilder, sql } from 'kysely'
import type { AlertChannel, AlertKind, AlertLevel, DeliveryState } from '@/db/tables/alerts'
import { database } from '@/lib/database'
import { isUuid } from '@/lib/is-uuid'
import { microsOf, momentOf, type Positioned, readTimeCursor, timePage } from '@/lib/time-cursor'

/** An alert in the console's list. */
export interface AlertSummary {
  id: string
  kind: AlertKind
  level: AlertLevel | null
  cityId: string | null
  subject: string
  createdAt: Date
  /** Deliveries by their state. */
  deliveries: Partial<Record<DeliveryState, number>>
}

/** One delivery, as far as it got. */
export interface AlertDelivery {
  channel: AlertChannel
  /** Empty where the channel was not configured. */
  target: string
  state: DeliveryState
  attempts: number
  /** The provider's name for the message once it is sent. */
  providerId: string | null
  /** What the provider answered when it did not go well. */
  error: string | null
  /** Null when no further try is planned. */
  nextTryAt: Date | null
  updatedAt: Date
}

export interface AlertDetails extends Omit<AlertSummary, 'deliveries'> {
  exceptionId: number | null
  paymentId: string | null
  body: string
  deliveries: AlertDelivery[]
}

export interface AlertPage {
  /** Newest first. */
  alerts: AlertSummary[]
  nextCursor: string | null
}

/** `failed`: only those with a delivery that failed. */
export async function listAlerts(
  query: { cursor?: string | undefined; onlyFailed?: boolean; limit?: number } = {},
): Promise<AlertPage> {
  const limit = Math.min(200, Math.max(1, query.limit ?? 50))
  const after = readTimeCursor(query.cursor, isUuid)
  // Indexes: alerts_by_time; alert_deliveries_failed.
  const rows = await select(sql`
    ${query.onlyFailed ? sql`a.id in (select alert_id from alert_deliveries where state = 'failed')` : sql`true`}
    and ${after ? sql`(a.created_at, a.id) < (${momentOf(after.micros)}, ${after.id}::uuid)` : sql`true`}
    order by a.created_at desc, a.id desc limit ${limit + 1}`)
  const { page: alerts, nextCursor } = timePage(rows, limit)
  return { alerts, nextCursor }
}

/** One alert with all its deliveries, or null. */
export async function getAlert(id: string): Promise<AlertDetails | null> {
  if (!isUuid(id)) return null
  const alert = await database()
    .selectFrom('alerts')
    .select(['id', 'kind', 'level', 'city_id as cityId', 'subject', 'body'])
    .select(['created_at as createdAt', 'exception_id as exceptionId', 'payment_id as paymentId'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!alert) return null
  const deliveries = await database()
    .selectFrom('alert_deliveries')
    .select(['channel', 'target', 'state', 'attempts', 'provider_id', 'last_error as error'])
    .select(['next_try_at as nextTryAt', 'updated_at as updatedAt'])
    .where('alert_id', '=', id)
    .orderBy('channel')
    .orderBy('target')
    .execute()
  return {
    ...alert,
    deliveries: deliveries.map(({ provider_id: providerId, ...delivery }) => ({
      ...delivery,
      // Until it is sent the column holds our own reference.
      providerId: delivery.state === 'sent' ? providerId : null,
    })),
  }
}

async function select(rest: RawBuilder<unknown>): Promise<Positioned<AlertSummary>[]> {
  const { rows } = await sql<Positioned<AlertSummary>>`
    select a.id, a.kind, a.level, a.city_id as "cityId", a.subject, a.created_at as "createdAt",
      ${microsOf(sql`a.created_at`)} as position,
      (select coalesce(jsonb_object_agg(state, number), '{}') from (
        select state, count(*) as number from alert_deliveries d where d.alert_id = a.id group by state) counted)
        as deliveries
    from alerts a
    where ${rest}`.execute(database())
  return rows
}
