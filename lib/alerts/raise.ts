import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { rowsOf } from '@/db/rows-of'
import type { AlertLevel } from '@/db/tables/alerts'
import type { Trx } from '@/lib/database'
import { enqueue } from '@/lib/queues/send'
import type { PayloadOf } from '@/lib/queues/definitions'
import { uuidFromName } from '@/lib/queues/job-id'
import { channelsOf, type NewAlert } from './alert'
import { dueIn } from './due'
import { isMild } from './levels'
import { type AlertTargets, planDeliveries, type PlannedDelivery } from './plan'
import { quietSecondsLeft } from './quiet-hours'
import { loadAlertSettings } from './settings'
import { loadTargets } from './targets'
import { isUrgent } from './urgency'

/**
 * Stores alerts, their deliveries and the jobs that deliver them, in the caller's transaction: a handful of
 * statements, whatever the number of alerts.
 *
 * @param targets instead of those of the settings
 * @returns the ids of the alerts that are new; one with a `key` that was raised before is not
 */
export async function raiseAlerts(
  trx: Trx,
  alerts: readonly NewAlert[],
  targets?: AlertTargets,
): Promise<string[]> {
  if (alerts.length === 0) return []
  const reached = targets ?? (await loadTargets(trx))
  const rows = alerts.map((alert) => ({
    id: alert.key ? uuidFromName(`alert:${alert.key}`) : randomUUID(),
    alert,
    planned: planDeliveries(channelsOf(alert), reached),
  }))
  const inserted = await insertAlerts(trx, rows)
  const fresh = rows.filter((row) => inserted.has(row.id))
  if (fresh.length === 0) return []

  const isMildRow = (row: AlertRow) => isMild(row.alert.level ?? null)
  const waiting = fresh.filter(isMildRow)
  const mildWait = waiting.length > 0 ? await waitOfMild(trx) : 0
  await insertDeliveries(trx, fresh, (row) => (isMildRow(row) ? mildWait : 0))
  await enqueue(trx, 'alerts', fresh.filter((row) => !isMildRow(row)).flatMap(jobsOf))
  await enqueue(trx, 'alerts', waiting.flatMap(jobsOf), { startAfterSeconds: mildWait })
  return fresh.map((row) => row.id)
}

/** Mild alerts are gathered, and wait in quiet hours until these are over. */
async function waitOfMild(trx: Trx): Promise<number> {
  const { gatherSeconds, quiet } = await loadAlertSettings(trx)
  if (quiet === null) return gatherSeconds
  const { rows } = await sql<{ due: Date }>`
    select app_now() + make_interval(secs => ${gatherSeconds}) as due`.execute(trx)
  return gatherSeconds + quietSecondsLeft(quiet, rows[0]?.due ?? new Date())
}

interface AlertRow {
  id: string
  alert: NewAlert
  planned: PlannedDelivery[]
}

async function insertAlerts(trx: Trx, rows: readonly AlertRow[]): Promise<Set<string>> {
  const inserted = await trx
    .insertInto('alerts')
    .values(
      rows.map(({ id, alert }) => ({
        id,
        kind: alert.kind,
        level: alert.level ?? (null as AlertLevel | null),
        city_id: alert.cityId ?? null,
        exception_id: alert.exceptionId ?? null,
        payment_id: alert.paymentId ?? null,
        tier: alert.tier ?? null,
        remaining: alert.remaining ?? null,
        subject: storable(alert.subject.replace(/\s+/g, ' '), 255),
        body: storable(alert.body, 2_000),
      })),
    )
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .execute()
  return new Set(inserted.map((row) => row.id))
}

/** A column at a time: 500 cities told to 50 people are more values than a statement takes one by one. */
async function insertDeliveries(
  trx: Trx,
  rows: readonly AlertRow[],
  waitSeconds: (row: AlertRow) => number,
): Promise<void> {
  const deliveries = rows.flatMap((row) =>
    row.planned.map((delivery) => ({
      alertId: row.id,
      ...delivery,
      seconds: delivery.state === 'pending' ? waitSeconds(row) : null,
    })),
  )
  if (deliveries.length === 0) return
  await sql`
    insert into alert_deliveries (alert_id, channel, target, state, next_try_at)
    select alert_id, channel, target, state, ${dueIn(sql`seconds`)}
    from ${rowsOf(deliveries, {
      alert_id: ['uuid', ({ alertId }) => alertId],
      channel: ['text', ({ channel }) => channel],
      target: ['text', ({ target }) => target],
      state: ['text', ({ state }) => state],
      seconds: ['float8', ({ seconds }) => seconds],
    })} planned`.execute(trx)
}

function jobsOf({ id, alert, planned }: AlertRow): PayloadOf<'alerts'>[] {
  const pending = planned.filter((delivery) => delivery.state === 'pending')
  if (pending.length === 0) return [{ alertId: id, channel: 'log', target: '' }]
  const overtakes = alert.isUrgent ?? isUrgent({ kind: alert.kind, level: alert.level ?? null })
  const mark = overtakes ? ({ urgent: true } as const) : {}
  return pending.map(({ channel, target }) => ({ alertId: id, channel, target, ...mark }))
}

/** Names come from admins: what the database would refuse must not undo the transaction. */
function storable(text: string, length: number): string {
  return text.replaceAll('\0', '').toWellFormed().trim().slice(0, length).toWellFormed()
}
