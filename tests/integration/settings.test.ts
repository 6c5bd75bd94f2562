import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { saveThresholds } from '@/lib/alerts/edit-thresholds'
import { loadAlertSettings, saveAlertSettings } from '@/lib/alerts/settings'
import { defaultThresholds, readThresholds } from '@/lib/alerts/thresholds'
import { contentVersion } from '@/lib/content-version'
import { closeDatabase, database } from '@/lib/database'
import { loadPaymentSettings, savePaymentSettings } from '@/lib/payment-records/settings'
import { somebody } from '@/tests/support/accounts'
import { createTestDatabase } from '@/tests/support/database'
import { until } from '@/tests/support/until'

/** What admins set, each kind in a row of its own. */

const testDatabase = await createTestDatabase()
afterAll(async () => {
  await closeDatabase()
  await testDatabase.drop()
})

const changed = { ok: false, code: 'changed_meanwhile' }

test('one row that is written leaves the others as they are', async () => {
  await sql`insert into settings (key, value, updated_by) values ('stripe_reconcile', '{"kept": 1}', 'tests')`.execute(
    database(),
  )
  await savePaymentSettings({ noSeat: 'refund' }, { noSeat: 'wait' }, somebody)
  const seen = contentVersion(await loadAlertSettings(database()))
  expect(await saveAlertSettings({ gatherSeconds: 30 }, seen, somebody)).toMatchObject({ ok: true })
  expect(await loadPaymentSettings(database())).toEqual({ noSeat: 'refund' })
  expect(await loadAlertSettings(database())).toMatchObject({ gatherSeconds: 30 })
  const { rows } = await sql`select value from settings where key = 'stripe_reconcile'`.execute(database())
  expect(rows).toEqual([{ value: { kept: 1 } }])
})

test.each<[string, string, () => Promise<() => Promise<unknown>>]>([
  [
    'what becomes of payments without a seat',
    'settings',
    async () => {
      const seen = await loadPaymentSettings(database())
      const other = seen.noSeat === 'wait' ? 'refund' : 'wait'
      return () => savePaymentSettings({ noSeat: other }, seen, somebody)
    },
  ],
  [
    'how alerts are sent',
    'settings',
    async () => {
      const seen = contentVersion(await loadAlertSettings(database()))
      return () => saveAlertSettings({ gatherSeconds: 100 }, seen, somebody)
    },
  ],
  [
    'the thresholds',
    'alert_thresholds',
    async () => {
      const seen = contentVersion(await readThresholds(database()))
      return () => saveThresholds(defaultThresholds.slice(0, 1), seen, somebody)
    },
  ],
])('of two who save %s at once, the second is told', async (_, table, prepare) => {
  const save = await prepare()
  const holder = new pg.Client({ connectionString: testDatabase.ownerUrl })
  await holder.connect()
  await holder.query(`begin; lock table ${table} in exclusive mode`)
  const both = Promise.all([save(), save()])
  // Whoever takes no turns has read by then, and wants to write.
  const waiting = `select 1 from pg_locks join pg_database d on d.oid = database and d.datname = current_database()
    where not granted`
  await until(async () => (await holder.query(waiting)).rows.length === 2)
  await holder.query('commit')
  await holder.end()
  expect(await both).toContainEqual({ ok: true, value: null })
  expect(await both).toContainEqual(changed)
})
