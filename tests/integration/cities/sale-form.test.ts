import { expect, test } from 'vitest'
import { runChange } from '@/app/changes/run-change'
import { saleState } from '@/app/changes/sale-state'
import type { SignedIn } from '@/app/web/require-principal'
import { getCityById } from '@/lib/cities'
import { database } from '@/lib/database'
import { anOwner } from '@/tests/support/an-owner'
import { aCity } from '@/tests/support/stories/city'
import { storyDatabase } from '@/tests/support/stories/database'

const stories = storyDatabase()

const pause = (cityId: string, signedIn: SignedIn, seen: string | null = 'on_sale') =>
  runChange({
    change: saleState,
    signedIn,
    cityId,
    cityName: cityId,
    isArchived: false,
    query: new URLSearchParams({ to: 'paused' }),
    form: new URLSearchParams({
      ...(seen !== null && { expected: seen }),
      authorizedBy: 'Dana',
      reason: 'The hall is flooded',
    }),
  })

const recorded = (cityId: string) =>
  database()
    .selectFrom('admin_audit')
    .select(['outcome', 'code', 'before', 'after', 'authorized_by', 'reason'])
    .where('target', '=', cityId)
    .orderBy('id')
    .execute()

test('a sale that the audit log cannot tell of is not changed', async () => {
  const [cityId, owner] = [await aCity(), await anOwner()]
  await stories.owner.query(`
    create function refuse_row() returns trigger language plpgsql as
      $$ begin if new.action = 'city.sale_state' then raise exception 'refused'; end if; return new; end $$;
    create trigger refuse_row before insert on admin_audit for each row execute function refuse_row()`)
  await expect(pause(cityId, owner)).rejects.toThrow('refused')
  await stories.owner.query('drop trigger refuse_row on admin_audit; drop function refuse_row')
  expect(await getCityById(cityId)).toMatchObject({ saleState: 'on_sale' })
  expect(await recorded(cityId)).toEqual([])

  await pause(cityId, owner)
  expect(await getCityById(cityId)).toMatchObject({ saleState: 'paused' })
  expect(await recorded(cityId)).toEqual([
    {
      outcome: 'applied',
      code: null,
      authorized_by: 'Dana',
      reason: 'The hall is flooded',
      before: { saleState: 'on_sale' },
      after: { saleState: 'paused' },
    },
  ])
  await pause(cityId, owner)
  expect(await recorded(cityId)).toMatchObject([{}, { outcome: 'refused', code: 'numbers_moved' }])
})

test.each([null, '', 'open', 'on_sale '])(
  'what the admin saw must be a state, and %j is none: nothing is changed',
  async (seen) => {
    const [cityId, owner] = [await aCity(), await anOwner()]
    expect(await pause(cityId, owner, seen)).toMatchObject({ ok: false, code: 'numbers_moved' })
    expect(await getCityById(cityId)).toMatchObject({ saleState: 'on_sale' })
    expect(await recorded(cityId)).toMatchObject([
      { outcome: 'refused', code: 'numbers_moved', before: null },
    ])
  },
)
