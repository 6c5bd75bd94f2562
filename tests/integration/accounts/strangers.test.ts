import { expect, test } from 'vitest'
import { recordRefusal } from '@/app/api/audit-trail'
import { database } from '@/lib/database'
import { storyDatabase } from '@/tests/support/stories/database'

storyDatabase()

test('a stranger leaves ten rows a minute, from however many addresses of one IPv6 subscriber', async () => {
  const attempt = (action: string, address: string) =>
    recordRefusal({ context: { actor: { kind: 'nobody' }, address }, isRecorded: false }, action, {
      code: 'unauthenticated',
      isOurFault: false,
    })
  const rows = async (action: string) =>
    (await database().selectFrom('admin_audit').select('id').where('action', '=', action).execute()).length
  for (let host = 1; host <= 12; host++) await attempt('inventory.expand', `2001:db8:1:2::${host}`)
  expect(await rows('inventory.expand')).toBe(10)
  await attempt('inventory.reset', '2001:db8:1:3::1')
  expect(await rows('inventory.reset')).toBe(1)
})
