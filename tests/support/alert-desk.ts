import { afterAll, beforeAll, beforeEach } from 'vitest'
import { configuredChannels } from '@/lib/alerts/channels'
import { deliverAlert } from '@/lib/alerts/deliver'
import { getAlert } from '@/lib/alerts/read-alerts'
import { loadAlertSettings, saveAlertSettings } from '@/lib/alerts/settings'
import { contentVersion } from '@/lib/content-version'
import { database } from '@/lib/database'
import { somebody } from './accounts'
import { type AlertStandIns, startAlertStandIns } from './alert-stand-ins'
import { storyDatabase, type StoryDatabase } from './stories/database'

/** Where admins settle who is told what and when; its deliveries are made by hand. */
export interface AlertDesk {
  db: StoryDatabase
  /** What the configuration names; there from `beforeAll` on. */
  providers: AlertStandIns
  /** Changes the settings, as an admin who has seen them. */
  set: (change: Parameters<typeof saveAlertSettings>[0]) => Promise<void>
  /** Makes the deliveries whose jobs are due, as the worker does. */
  work: () => Promise<void>
  /** The channel and state of each delivery. */
  statesOf: (alertId: string) => Promise<string[] | undefined>
  /** The latest row of the audit log. */
  lastAudit: () => Promise<Record<'action' | 'outcome' | 'code' | 'target', string | null> | undefined>
}

/** Opens a desk for a test file, clears it before each test, and closes it at the end. */
export function alertDesk(): AlertDesk {
  const providers = {} as AlertStandIns
  beforeAll(async () => {
    Object.assign(providers, await startAlertStandIns())
    Object.assign(process.env, providers.environment)
  })
  const db = storyDatabase()
  afterAll(() => providers.stop())
  beforeEach(async () => {
    await db.owner.query('truncate alert_deliveries, alerts')
    await db.owner.query(`delete from settings where key = 'alerts'`)
    await db.owner.query('delete from pgboss.job')
    await db.owner.query(`update app_clock set shift = '0'`)
    for (const list of [providers.slack.messages, providers.smtp.mails, providers.twilio.messages])
      list.length = 0
  })
  return {
    db,
    providers,
    async set(change) {
      const seen = contentVersion(await loadAlertSettings(database()))
      const saved = await saveAlertSettings(change, seen, somebody)
      if (!saved.ok) throw new Error(saved.code)
    },
    async work() {
      const jobs = await db.owner.query<{
        id: string
        data: { alertId: string; channel: 'slack'; target: string }
      }>(
        `delete from pgboss.job where name = 'alerts'
          and start_after <= now() + (select shift from app_clock) + interval '1 s' returning id, data`,
      )
      for (const { data } of jobs)
        await deliverAlert(database(), configuredChannels(), 'http://localhost:3000', data)
    },
    async statesOf(alertId) {
      const alert = await getAlert(alertId)
      return alert?.deliveries.map(({ channel, state }) => `${channel} ${state}`)
    },
    async lastAudit() {
      const [row] = await db.owner.query<Record<'action' | 'outcome' | 'code' | 'target', string | null>>(
        'select action, outcome, code, target from admin_audit order by id desc limit 1',
      )
      return row
    },
  }
}
