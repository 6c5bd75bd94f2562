import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { checkInventoryStatus, decrementInventory, reserveInventory } from '@/lib/inventory'
import { expandCities, resetCities } from '@/lib/inventory/admin'
import { aCity, cities } from '@/tests/support/stories/city'
import { storyDatabase } from '@/tests/support/stories/database'
import { connectOwner } from '@/tests/support/stories/owner'
import { spoil } from '@/tests/support/stories/spoil'
import { until } from '@/tests/support/until'

/** A city that cannot be changed stops no other of many. */

const story = storyDatabase()
const ada = { actor: 'ada@example.com', authorizedBy: 'Ada', reason: 'A test' }
const threeSeats = { tier: 'ga', additionalSpots: 3 }
const failed = { ok: false, code: 'change_failed' }

let dallas: string
let atlanta: string
beforeAll(async () => {
  ;[dallas, atlanta] = [await aCity(), await aCity()]
  await decrementInventory(dallas, 'ga', 2)
  await decrementInventory(atlanta, 'ga', 2)
  await spoil(story.owner, dallas)
})

const limit = async (cityId: string) => (await checkInventoryStatus(cityId))?.actualLimits.ga
const sold = async (cityId: string) => (await checkInventoryStatus(cityId))?.sold.ga

test('where its ledger cannot be written, the others get their seats, and it is named and recorded', async () => {
  const recorded: unknown[] = []
  const outcome = await expandCities([dallas, atlanta, 'atlantis'], threeSeats, ada, async (trx, results) => {
    await sql`select 1`.execute(trx)
    recorded.push(results)
  })
  const results = [
    { cityId: dallas, ...failed, message: expect.stringContaining('could not be changed') as string },
    { cityId: atlanta, ok: true, limit: 38 },
    { cityId: 'atlantis', ok: false, code: 'unknown_city' },
  ]
  expect(outcome).toMatchObject({ ok: true, results })
  expect(recorded).toMatchObject([results])
  expect([await limit(dallas), await limit(atlanta)]).toEqual([35, 38])
})

test('the others are reset', async () => {
  expect(await resetCities([dallas, atlanta], {}, ada)).toMatchObject({
    ok: true,
    results: [
      { cityId: dallas, ...failed },
      { cityId: atlanta, ok: true, forgotten: 2 },
    ],
  })
  expect([await sold(dallas), await sold(atlanta)]).toEqual([2, 0])
})

test('one whose numbers the database refuses is named, alone too', async () => {
  const [chicago, vegas] = [await aCity(), await aCity()]
  await reserveInventory(chicago, 'ga', 2, 'overdue', 5)
  await story.owner.query(`update inventory set held = 0 where city_id = $1`, [chicago])
  await story.moveClock(60)
  expect(await expandCities([vegas, chicago], threeSeats, ada)).toMatchObject({
    results: [
      { cityId: vegas, ok: true },
      { cityId: chicago, ...failed },
    ],
  })
  expect(await expandCities([chicago], threeSeats, ada)).toMatchObject({
    ok: true,
    results: [{ cityId: chicago, ...failed }],
  })
})

test('those that somebody keeps locked are waited for together, no longer than a few times for one', async () => {
  const ids = await cities(25)
  const free = ids[7] ?? ''
  const locked = ids.filter((cityId) => cityId !== free)
  await story.owner.query('begin')
  await story.owner.query(`select 1 from inventory where city_id = any($1) for update`, [locked])
  const start = performance.now()
  const outcome = await expandCities(ids, threeSeats, ada)
  const seconds = (performance.now() - start) / 1_000
  await story.owner.query('rollback')
  const results = ids.map((cityId) =>
    cityId === free ? { cityId, ok: true, limit: 38 } : { cityId, ...failed },
  )
  expect(outcome).toMatchObject({ ok: true, results })
  expect(seconds).toBeLessThan(16)
})

test('beside one that is kept locked, another that is busy for a moment is waited for, however many there are', async () => {
  // The first is the first to be locked: the attempt at all of them together waits for no other.
  const ids = (await cities(40)).sort()
  const [kept, busy] = [ids[0] ?? '', ids.at(-1) ?? '']
  const passing = await connectOwner(story.appUrl)
  const lock = 'select 1 from inventory where city_id = $1 for update'
  await story.owner.query('begin')
  await story.owner.query(lock, [kept])
  await passing.query('begin')
  await passing.query(lock, [busy])
  let isOver = false
  const changing = expandCities(ids, threeSeats, ada).finally(() => (isOver = true))
  await until(async () => isOver || (await passing.query(hasWaited)).length > 0)
  await passing.query('rollback')
  const outcome = await changing
  await story.owner.query('rollback')
  await passing.end()
  const results = ids.map((cityId) =>
    cityId === kept ? { cityId, ...failed } : { cityId, ok: true, limit: 38 },
  )
  expect(outcome).toMatchObject({ ok: true, results })
})

/** Whether somebody waits for this connection, and has for a fifth of a second. */
const hasWaited = `
  select 1 from pg_locks
  where pg_backend_pid() = any(pg_blocking_pids(pid)) and clock_timestamp() - waitstart >= interval '200 ms'`

test('an error that belongs to no city reaches the caller, and nothing is changed', async () => {
  const [nyc, vegas] = [await aCity(), await aCity()]
  const record = () => Promise.reject(new Error('the record is full'))
  await expect(expandCities([nyc, vegas], threeSeats, ada, record)).rejects.toThrow('the record is full')
  expect([await limit(nyc), await limit(vegas)]).toEqual([35, 35])
})
