import { expect, test } from 'vitest'
import { expandInventory, reserveInventory } from '@/lib/inventory'
import { setHiddenSale, setSaleState } from '@/lib/inventory/admin'
import { listenForStockChanges } from '@/lib/inventory/announce'
import { aCity } from '@/tests/support/stories/city'
import { storyDatabase } from '@/tests/support/stories/database'
import { until } from '@/tests/support/until'

const story = storyDatabase()

const nate = { actor: 'nate@example.com', authorizedBy: 'Nate' }

test('private hidden seats are out of an ordinary buyer’s reach, open ones are not', async () => {
  const cityId = await aCity({ vip: 1 })
  await expandInventory(cityId, 'vip', 5, 'Nate')
  expect(await setHiddenSale(cityId, 'VIP', 'private', nate, { expected: 'open' })).toEqual({
    ok: true,
    before: 'open',
    after: 'private',
  })
  expect(await reserveInventory(cityId, 'vip', 2, `a-${cityId}`)).toMatchObject({
    success: false,
    error: 'Insufficient inventory. Available: 1, Requested: 2',
  })
  expect((await setHiddenSale(cityId, 'vip', 'open', nate)).ok).toBe(true)
  expect(await reserveInventory(cityId, 'vip', 2, `b-${cityId}`)).toMatchObject({ success: true })
})

test('a sale that is paused, or closed, or not begun, takes no hold', async () => {
  const cityId = await aCity()
  for (const state of ['paused', 'closed', 'upcoming'] as const) {
    expect(await setSaleState(cityId, state, nate)).toMatchObject({ ok: true, after: state })
    expect(await reserveInventory(cityId, 'ga', 1, `${state}-${cityId}`)).toMatchObject({
      success: false,
      error: 'Seats for this workshop are not on sale',
    })
  }
  expect(await setSaleState(cityId, 'on_sale', nate)).toEqual({
    ok: true,
    before: 'upcoming',
    after: 'on_sale',
  })
  expect(await reserveInventory(cityId, 'ga', 1, `r-${cityId}`)).toMatchObject({ success: true })
})

test('a change waits for a hold that is under way, and a hold for a change', async () => {
  const cityId = await aCity()
  await story.owner.query('begin')
  await story.owner.query(`select 1 from inventory where city_id = $1 and tier = 'vip' for update`, [cityId])
  const pausing = setSaleState(cityId, 'paused', nate)
  await someoneWaits()
  // GA is locked by the waiting change already, so this hold is decided after it.
  const late = reserveInventory(cityId, 'ga', 1, `late-${cityId}`)
  await story.owner.query('commit')
  expect(await pausing).toMatchObject({ ok: true })
  expect(await late).toMatchObject({ success: false, error: 'Seats for this workshop are not on sale' })
})

async function someoneWaits(): Promise<void> {
  await until(async () => {
    const blocked = await story.owner.query(
      `select 1 from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))`,
    )
    return blocked.length > 0
  })
}

test('the second of two admins is told; the same setting again is no change; wrong names are errors', async () => {
  const cityId = await aCity()
  const both = await Promise.all([
    setSaleState(cityId, 'paused', nate, { expected: 'on_sale' }),
    setSaleState(cityId, 'closed', nate, { expected: 'on_sale' }),
  ])
  expect(both.filter((one) => one.ok)).toHaveLength(1)
  expect(both.find((one) => !one.ok)).toMatchObject({ code: 'numbers_moved' })
  const hidden = await Promise.all([
    setHiddenSale(cityId, 'ga', 'private', nate),
    setHiddenSale(cityId, 'ga', 'private', nate),
  ])
  expect(hidden.map((one) => (one.ok ? 'done' : one.code)).sort()).toEqual(['done', 'unchanged'])
  expect(await setHiddenSale(cityId, 'gold', 'open', nate)).toMatchObject({ code: 'unknown_tier' })
  expect(await setHiddenSale('nowhere', 'ga', 'open', nate)).toMatchObject({ code: 'unknown_city' })
  expect(await setSaleState('nowhere', 'paused', nate)).toMatchObject({ code: 'unknown_city' })
  expect(await setSaleState(cityId, 'paused', { authorizedBy: '' })).toMatchObject({
    code: 'authorization_required',
  })
  expect(await setHiddenSale(cityId, 'ga', 'open', { authorizedBy: '' })).toMatchObject({
    code: 'authorization_required',
  })
})

test('a change is of that city alone, and the sale of hidden seats of that tier alone', async () => {
  const [one, other] = [await aCity(), await aCity()]
  await setHiddenSale(one, 'ga', 'private', nate)
  await setSaleState(one, 'paused', nate)
  const settings = async (cityId: string) =>
    story.owner.query(
      `select tier, hidden_sale, sale_state from inventory join cities on id = city_id where id = $1 order by tier`,
      [cityId],
    )
  expect(await settings(one)).toEqual([
    { tier: 'ga', hidden_sale: 'private', sale_state: 'paused' },
    { tier: 'vip', hidden_sale: 'open', sale_state: 'paused' },
  ])
  expect(await settings(other)).toEqual([
    { tier: 'ga', hidden_sale: 'open', sale_state: 'on_sale' },
    { tier: 'vip', hidden_sale: 'open', sale_state: 'on_sale' },
  ])
})

test('a change is announced, a refusal is not', async () => {
  const [cityId, quiet] = [await aCity(), await aCity()]
  const heard: string[] = []
  const listener = await listenForStockChanges((ids) => heard.push(...(ids ?? [])))
  try {
    await setSaleState(quiet, 'on_sale', nate)
    await setSaleState(cityId, 'paused', nate)
    await until(() => heard.includes(cityId))
    await setHiddenSale(cityId, 'ga', 'private', nate)
    await until(() => heard.filter((id) => id === cityId).length === 2)
    expect(heard).not.toContain(quiet)
  } finally {
    await listener.close()
  }
})
