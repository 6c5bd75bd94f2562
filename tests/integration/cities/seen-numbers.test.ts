import { expect, test } from 'vitest'
import { changeNamed } from '@/app/changes'
import { runChange } from '@/app/changes/run-change'
import { readCity } from '@/lib/analytics/cities'
import { database } from '@/lib/database'
import { anOwner } from '@/tests/support/an-owner'
import { aCity } from '@/tests/support/stories/city'
import { storyDatabase } from '@/tests/support/stories/database'

/** A change is made for somebody who saw the numbers that it changes. */

storyDatabase()

/** As its page sends it, but for what the admin saw. The city was never reset: its epoch is 0. */
async function send(cityId: string, name: string, expected: string | null) {
  const change = changeNamed(name)
  if (!change) throw new Error('No such change')
  return runChange({
    change,
    signedIn: await anOwner(),
    cityId,
    cityName: cityId,
    isArchived: false,
    query: new URLSearchParams({ tier: 'ga', to: '30', by: '5' }),
    form: new URLSearchParams({
      ...(expected !== null && { expected }),
      confirmation: cityId,
      spots: '5',
      authorizedBy: 'Dana',
      reason: 'Rehearsal',
    }),
  })
}

const recorded = (cityId: string) =>
  database().selectFrom('admin_audit').select(['outcome', 'code']).where('target', '=', cityId).execute()

const names = ['reset', 'undo-reset', 'expand', 'reduce', 'relimit']
const unread = [null, '', ' ', 'many', '-0', '0x23', '3.5e1', '35 ']

test.each(names.flatMap((name) => unread.map((expected) => [name, expected] as const)))(
  '%s is refused, and the field named, where what was seen is %j',
  async (name, expected) => {
    const cityId = await aCity()
    const before = await readCity(cityId)
    expect(await send(cityId, name, expected)).toMatchObject({
      ok: false,
      code: 'invalid_text',
      message: expect.stringContaining('“expected”') as unknown,
    })
    expect((await readCity(cityId))?.stock).toEqual(before?.stock)
    expect(await recorded(cityId)).toEqual([{ outcome: 'refused', code: 'invalid_text' }])
  },
)

test('a public limit is refused where what was seen says nothing of the actual one', async () => {
  const cityId = await aCity()
  expect(await send(cityId, 'relimit', '35')).toMatchObject({ ok: false, code: 'invalid_text' })
  expect(await send(cityId, 'relimit', '35 35 0')).toMatchObject({ ok: true })
})

test('a reset is made for somebody who saw that there was none before', async () => {
  expect(await send(await aCity(), 'reset', '0')).toMatchObject({ ok: true })
})
