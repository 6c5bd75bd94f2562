import { expect, test } from 'vitest'
import { recordAudit, recordedActions } from '@/lib/accounts/audit-log'
import { somebody } from '@/tests/support/accounts'
import { readsOf, recordedDatabase } from '@/tests/support/plans'

/** What the audit log's filter offers. */

const database = recordedDatabase(async (owner) => {
  await owner.query(`insert into admin_audit (actor_kind, actor_label, action, outcome)
    select 'nobody', '', (array['session.sign_in', 'inventory.expand', 'city.edit'])[1 + n % 3], 'applied'
    from generate_series(1, 30000) n`)
  await owner.query('vacuum analyze admin_audit')
})

test('names each action that was ever recorded once, also the newest', async () => {
  expect(await recordedActions()).toEqual(['city.edit', 'inventory.expand', 'session.sign_in'])
  await recordAudit(database.recording.connection, somebody, { action: 'link.issue', outcome: 'applied' })
  expect(await recordedActions()).toEqual(['city.edit', 'inventory.expand', 'link.issue', 'session.sign_in'])
})

test('does not read the log for it', async () => {
  await recordedActions()
  const reads = await readsOf(database.recording, database.owner)
  const ofLog = reads.filter(
    ({ table, index }) => table === 'admin_audit' || index?.startsWith('admin_audit'),
  )
  expect(new Set(ofLog.map(({ index }) => index))).toEqual(new Set(['admin_audit_by_action']))
})
