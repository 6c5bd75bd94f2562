import { expect, test } from 'vitest'
import { failureOf } from '@/app/api/admin-refusal'
import { statusOf } from '@/app/web/envelope'
import { archiveCity, restoreCity } from '@/lib/cities/admin-cities'
import {
  checkInventoryStatus,
  decrementInventory,
  expandInventory,
  releaseInventoryReservation,
  reserveInventory,
  resetInventory,
} from '@/lib/inventory'
import {
  expandCapacity,
  expandCities,
  reduceInventory,
  relimitInventory,
  resetCities,
  undoReset,
} from '@/lib/inventory/admin'
import { anOwner } from '@/tests/support/an-owner'
import { aCity } from '@/tests/support/stories/city'
import { storyDatabase } from '@/tests/support/stories/database'
import { until } from '@/tests/support/until'

/** An archived city's stock stays as it is for admins, by whatever way they come; what was paid or held goes on. */

const story = storyDatabase()
const nate = { actor: 'nate@example.com', authorizedBy: 'Nate', reason: 'a rehearsal' }
const message = 'This city is archived. Bring it back first.'

/** Two GA seats are sold, one is held as `r-<id>`. */
async function anArchivedCity(): Promise<string> {
  const cityId = await aCity()
  await decrementInventory(cityId, 'ga', 2)
  await reserveInventory(cityId, 'ga', 1, `r-${cityId}`)
  await archiveCity(cityId, (await anOwner()).audit)
  return cityId
}

const status = (cityId: string) => checkInventoryStatus(cityId)

test('no limit of it is changed, and it is not reset, nor its reset undone', async () => {
  const cityId = await anArchivedCity()
  const before = await status(cityId)
  for (const result of [
    await expandCapacity(cityId, 'ga', 5, nate),
    await reduceInventory(cityId, 'ga', 30, nate),
    await relimitInventory(cityId, 'ga', 40, nate),
    await undoReset(cityId, nate),
  ]) {
    expect(result).toEqual({ ok: false, code: 'archived', message })
    if (!result.ok) expect(statusOf(failureOf(result).code)).toBe(409)
  }
  expect(await expandInventory(cityId, 'ga', 5, 'Nate')).toEqual({ success: false, error: message })
  expect(await resetInventory(cityId, 'Nate', 'a rehearsal')).toEqual({ success: false, error: message })
  expect(await status(cityId)).toEqual(before)
  await restoreCity(cityId, (await anOwner()).audit)
  expect(await expandInventory(cityId, 'ga', 5, 'Nate')).toEqual({ success: true, newLimit: 40 })
})

test('of many cities it is named, and the others are changed', async () => {
  const [archived, other] = [await anArchivedCity(), await aCity()]
  const refused = { cityId: archived, ok: false, code: 'archived', message }
  expect(await expandCities([archived, other], { tier: 'ga', additionalSpots: 3 }, nate)).toEqual({
    ok: true,
    results: [refused, { cityId: other, ok: true, limit: 38 }],
  })
  expect(await resetCities([archived, other], {}, nate)).toEqual({
    ok: true,
    results: [refused, { cityId: other, ok: true, forgotten: 0 }],
  })
})

test('what is held or paid goes on', async () => {
  const cityId = await anArchivedCity()
  expect(await decrementInventory(cityId, 'ga', 1, { sessionId: `cs_${cityId}` })).toMatchObject({
    success: true,
  })
  expect(await releaseInventoryReservation(`r-${cityId}`)).toEqual({ success: true })
  expect(await status(cityId)).toMatchObject({ sold: { ga: 3 }, held: { ga: 0 } })
})

test('one that is archived while a change waits for it is not changed', async () => {
  const cityId = await aCity()
  await story.owner.query('begin')
  await story.owner.query('select 1 from inventory where city_id = $1 for update', [cityId])
  await story.owner.query('update cities set archived_at = app_now() where id = $1', [cityId])
  const expanding = expandCapacity(cityId, 'ga', 5, nate)
  const resetting = resetInventory(cityId, 'Nate', 'a rehearsal')
  await until(async () => {
    const blocked = `select 1 from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))`
    return (await story.owner.query(blocked)).length > 0
  })
  await story.owner.query('commit')
  expect(await expanding).toEqual({ ok: false, code: 'archived', message })
  expect(await resetting).toEqual({ success: false, error: message })
  expect(await status(cityId)).toMatchObject({ actualLimits: { ga: 35 } })
})
