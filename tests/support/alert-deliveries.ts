import { type Selectable, sql } from 'kysely'
import type { JobWithMetadata } from 'pg-boss'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import type { Database } from '@/db/schema'
import type { AlertChannel } from '@/db/tables/alerts'
import type { NewAlert } from '@/lib/alerts/alert'
import { configuredChannels } from '@/lib/alerts/channels'
import { deliverAlert } from '@/lib/alerts/deliver'
import { raiseAlerts } from '@/lib/alerts/raise'
import { database } from '@/lib/database'
import { alertsWorker } from '@/worker/alerts'
import { workQueue } from '@/worker/queue-worker'
import { type AlertStandIns, startAlertStandIns } from './alert-stand-ins'
import { queueSuite } from './queue-suite'
import { until } from './until'

/** Alerts that are raised, their deliveries, and the worker's part in them. */
export interface AlertDeliveries {
  /** What the configuration names; there from `beforeAll` on. */
  providers: AlertStandIns
  /** In place of all that are stored; no alert is gathered and no try waits unless a test says so. */
  setAlertSettings: (value: Record<string, number>) => Promise<void>
  /** @returns the alerts' ids */
  raise: (...alerts: NewAlert[]) => Promise<string[]>
  /** An alert's rows, by channel and target. */
  deliveries: (alertId: string | undefined) => Promise<Selectable<Database['alert_deliveries']>[]>
  /** An alert's states, by target. */
  statesOf: (alertId: string | undefined) => Promise<Record<string, string>>
  /** The same, once nothing is to be tried any more. */
  untilSettled: (alertId: string | undefined) => Promise<Record<string, string>>
  /** One try of one delivery, as a job of the queue asks for it. */
  deliver: (alertId: string, channel: AlertChannel, target: string) => ReturnType<typeof deliverAlert>
  /** Lets the worker's own loop work the queue until the test ends. */
  workAlerts: () => Promise<unknown>
  deadLetters: () => Promise<JobWithMetadata<object>[]>
}

/** Opens database, queue and providers for a test file, leaves no job between its tests, and closes all at its end. */
export function alertDeliveries(): AlertDeliveries {
  const providers = {} as AlertStandIns
  beforeAll(async () => {
    Object.assign(providers, await startAlertStandIns())
    Object.assign(process.env, providers.environment)
  })
  afterAll(() => providers.stop())
  // After the providers, which the configuration names.
  const queues = queueSuite()
  beforeAll(() => setAlertSettings({ gatherSeconds: 0, retrySeconds: 0 }))
  beforeEach(() => {
    providers.slack.messages.length = 0
    providers.smtp.mails.length = 0
    providers.twilio.messages.length = 0
  })
  afterEach(async () => {
    await queues.boss.offWork('alerts')
    await sql`delete from pgboss.job`.execute(database())
    await sql`update alert_deliveries set state = 'skipped' where state in ('pending', 'sending', 'unknown')`.execute(
      database(),
    )
  })
  return {
    providers,
    setAlertSettings,
    raise: (...alerts) =>
      database()
        .transaction()
        .execute((trx) => raiseAlerts(trx, alerts)),
    deliveries,
    statesOf,
    untilSettled: (alertId) =>
      until(async () => {
        const states = await statesOf(alertId)
        return Object.values(states).every((state) => /^(sent|failed|skipped)$/.test(state)) && states
      }),
    deliver: (alertId, channel, target) =>
      deliverAlert(database(), configuredChannels(), 'https://tickets.example.com', {
        alertId,
        channel,
        target,
      }),
    workAlerts: () => workQueue(queues.boss, alertsWorker),
    deadLetters: () => queues.boss.findJobs('alerts-dead'),
  }
}

const everywhere: AlertChannel[] = ['slack', 'email', 'sms']

/** Of a critical level in Dallas, by every channel, unless told otherwise. */
export function anAlert(details: Partial<NewAlert> = {}): NewAlert {
  return {
    kind: 'threshold',
    level: 'critical',
    cityId: 'dallas-jan-2026',
    tier: 'ga',
    remaining: 5,
    channels: everywhere,
    subject: 'Critical: 5 GA seats left in Dallas',
    body: '30 of 35 GA seats are sold, 5 left.',
    ...details,
  }
}

async function setAlertSettings(value: Record<string, number>): Promise<void> {
  const row = { key: 'alerts', value: JSON.stringify(value) }
  await database()
    .insertInto('settings')
    .values(row)
    .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
    .execute()
}

async function deliveries(alertId: string | undefined) {
  return database()
    .selectFrom('alert_deliveries')
    .where('alert_id', '=', alertId ?? '')
    .orderBy('channel')
    .orderBy('target')
    .selectAll()
    .execute()
}

async function statesOf(alertId: string | undefined): Promise<Record<string, string>> {
  return Object.fromEntries((await deliveries(alertId)).map((row) => [row.target, row.state]))
}
