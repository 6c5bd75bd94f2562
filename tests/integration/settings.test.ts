import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { saveThresholds } from '@/lib/alerts/edit-thresholds'
import { loadAlertSettings, saveAlertSettings } from '@/lib/alerts/settings'
import { defaultThresholds, readThresholds } from '@/lib/alerts/thresholds'
import { contentVersion } from '@/lib/content-version'
import { closeDatabase, database } from '@/lib/database'
import { loadPaymentSettings, savePaymentSettings } from '@/lib/payment-records/settings'
import { somebody } from '@/tests/support/accounts'
import { createTestDatabase } from '@/tests/support/database'

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

test.each<[string, (round: number) => Promise<() => Promise<unknown>>]>([
  [
    'what becomes of payments without a seat',
    async () => {
      const seen = await loadPaymentSettings(database())
      const other = seen.noSeat === 'wait' ? 'refund' : 'wait'
      return () => savePaymentSettings({ noSeat: other }, seen, somebody)
    },
  ],
  [
    'how alerts are sent',
    async (round) => {
      const seen = contentVersion(await loadAlertSettings(database()))
      return () => saveAlertSettings({ gatherSeconds: 100 + round }, seen, somebody)
    },
  ],
  [
    'the thresholds',
    async (round) => {
      const seen = contentVersion(await readThresholds(database()))
      const wanted = defaultThresholds.slice(0, 1 + (round % 2))
      return () => saveThresholds(wanted, seen, somebody)
    },
  ],
])('of two who save %s at once, the second is told', async (_, prepare) => {
  for (let round = 0; round < 10; round++) {
    const save = await prepare(round)
    const both = await Promise.all([save(), save()])
    expect(both).toContainEqual({ ok: true, value: null })
    expect(both).toContainEqual(changed)
  }
})
