import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { askChange } from '@/app/changes/archived'
import type { Change, Performed } from '@/app/changes/change'
import { expand } from '@/app/changes/expand'
import { reduce } from '@/app/changes/reduce'
import { release } from '@/app/changes/release'
import { relimit } from '@/app/changes/relimit'
import { runChange } from '@/app/changes/run-change'
import { changeCity } from '@/app/forms/change-city'
import { readCity } from '@/lib/analytics/cities'
import { archiveCity } from '@/lib/cities/admin-cities'
import { checkInventoryStatus, decrementInventory } from '@/lib/inventory'
import { expandCapacity, reduceInventory } from '@/lib/inventory/admin'
import { anOwner } from '@/tests/support/an-owner'
import { aCity } from '@/tests/support/stories/city'
import { storyDatabase } from '@/tests/support/stories/database'

/** The console's forms about limits, each asked and then sent. */

storyDatabase()
const nate = { actor: 'nate@example.com', authorizedBy: 'Nate' }

async function limits(cityId: string) {
  const status = await checkInventoryStatus(cityId)
  return { public: status?.publicLimits.ga, actual: status?.actualLimits.ga }
}

/** A change as its page asks it; the answer sends the form as it was shown then. */
async function asked(change: Change, cityId: string, address: string) {
  const query = new URLSearchParams(address)
  const city = await readCity(cityId)
  if (!city) throw new Error('No such city')
  const question = await change.ask(city, query)
  if (question.kind !== 'confirm') throw new Error(`It asks for ${question.kind}`)
  const { expected } = question
  return (typed: Record<string, string> = {}) =>
    change.perform({
      cityId,
      cityName: city.name,
      query,
      authority: nate,
      form: new URLSearchParams({ expected, ...typed }),
    })
}

/** The address by which what was done is taken back. */
function undoOf(performed: Performed): string {
  if (!performed.ok || !performed.done.undo) throw new Error('It cannot be taken back')
  return new URL(performed.done.undo.to, 'http://localhost').search
}

test('a public limit is refused when the actual limit moved since it was asked', async () => {
  const cityId = await aCity()
  await expandCapacity(cityId, 'ga', 5, nate)
  const confirm = await asked(relimit, cityId, 'to=45')
  await reduceInventory(cityId, 'ga', 35, nate)
  expect(await confirm()).toMatchObject({ ok: false, code: 'numbers_moved' })
  expect(await limits(cityId)).toEqual({ public: 35, actual: 35 })
  const again = await asked(relimit, cityId, 'to=45')
  expect(await again()).toMatchObject({ ok: true, done: { text: 'It was 35.' } })
  expect(await limits(cityId)).toEqual({ public: 45, actual: 45 })
})

test('it is reported as the limit, not as what customers see: with seats sold that is less', async () => {
  const cityId = await aCity()
  await decrementInventory(cityId, 'ga', 33, { sessionId: `cs_${cityId}` })
  const confirm = await asked(relimit, cityId, 'to=40')
  expect(await confirm()).toMatchObject({
    ok: true,
    done: { title: 'GA: the public limit is 40', text: 'It was 35.' },
  })
  expect((await checkInventoryStatus(cityId))?.publicAvailable.ga).toBe(7)
})

test.each([
  ['limit', { tier: 'ga', to: '30', expectedLimit: '35', expectedActual: '35' }],
  ['sale', { to: 'paused', expected: 'on_sale' }],
])('a city’s settings have no form that changes its %s without asking', async (form, fields) => {
  const [cityId, owner] = [await aCity(), await anOwner()]
  const sender = { signedIn: owner, liveStock: { refresh: async () => null } }
  const sent = changeCity(cityId, new URLSearchParams({ form, ...fields }), sender)
  await expect(sent).rejects.toMatchObject({ status: 400 })
  expect(await readCity(cityId)).toMatchObject({
    saleState: 'on_sale',
    stock: { publicLimits: { ga: 35 } },
  })
})

test.each([
  ['a hidden seat stays hidden', 40, 38],
  ['no seat is hidden', 35, 30],
])('a new public limit can be set back where %s', async (_, actual, to) => {
  const cityId = await aCity()
  if (actual > 35) await expandCapacity(cityId, 'ga', actual - 35, nate)
  const undo = undoOf(await (await asked(relimit, cityId, `to=${to}`))())
  await (
    await asked(relimit, cityId, undo)
  )()
  expect(await limits(cityId)).toEqual({ public: 35, actual })
})

test.each([
  ['up', 40],
  ['down', 30],
])('one that went %s to the actual limit cannot: the actual one would go along', async (_, actual) => {
  const cityId = await aCity()
  if (actual > 35) await expandCapacity(cityId, 'ga', actual - 35, nate)
  else await reduceInventory(cityId, 'ga', actual, nate)
  const confirm = await asked(relimit, cityId, `to=${actual}`)
  const done = await confirm()
  expect(done).toMatchObject({ ok: true, done: { text: 'It was 35.' } })
  expect(done.ok && done.done.undo).toBe(undefined)
  expect(await limits(cityId)).toEqual({ public: actual, actual })
})

test('where hidden seats are sold a public limit can be raised, and is not offered to be set back', async () => {
  const cityId = await aCity()
  await expandCapacity(cityId, 'ga', 20, nate)
  await decrementInventory(cityId, 'ga', 45, { sessionId: `cs_${cityId}` })
  const city = await readCity(cityId)
  if (!city) throw new Error('No such city')
  const to = (limit: number) => relimit.ask(city, new URLSearchParams({ to: String(limit) }))
  expect(await to(34)).toMatchObject({
    field: { min: 35 },
    problem: '45 seats are sold or in checkouts; a public limit of 35 cannot be lowered.',
  })
  expect(await to(35)).toMatchObject({ problem: 'The public limit is 35 already.' })
  const raised = await (await asked(relimit, cityId, 'to=40'))()
  expect(raised).toMatchObject({ ok: true, done: { title: 'GA: the public limit is 40' } })
  expect(raised.ok && raised.done.undo).toBe(undefined)
  expect(await limits(cityId)).toEqual({ public: 40, actual: 55 })
})

test('whoever takes added seats away again leaves those that somebody else added since', async () => {
  const cityId = await aCity()
  const added = await (await asked(expand, cityId, 'tier=ga'))({ spots: '5' })
  await expandCapacity(cityId, 'ga', 3, nate)
  const takeAway = await asked(reduce, cityId, undoOf(added))
  // Added while the question was open: it must be asked anew.
  await expandCapacity(cityId, 'ga', 2, nate)
  expect(await takeAway()).toMatchObject({ ok: false, code: 'numbers_moved' })
  const again = await asked(reduce, cityId, undoOf(added))
  expect(await again()).toMatchObject({ ok: true, done: { title: 'GA: 5 seats taken away' } })
  expect(await limits(cityId)).toEqual({ public: 35, actual: 40 })
})

test('an archived city takes no change of its stock but a release, by its page’s old addresses neither', async () => {
  const [cityId, owner] = [await aCity(), await anOwner()]
  const query = new URLSearchParams('tier=ga')
  const send = async (change: Change) => {
    const city = await readCity(cityId)
    if (!city) throw new Error('No such city')
    const form = new URLSearchParams({
      key: randomUUID(),
      authorizedBy: 'Nate',
      expected: String(city.stock.actualLimits.ga),
      spots: '5',
    })
    const { name: cityName, isArchived } = city
    const question = await askChange(change, city, query)
    return [question, await runChange({ change, signedIn: owner, cityId, cityName, isArchived, query, form })]
  }
  expect(await send(expand)).toMatchObject([{ kind: 'confirm' }, { ok: true }])
  await archiveCity(cityId, owner.audit)
  expect(await send(expand)).toMatchObject([
    { kind: 'blocked', reason: 'This city is archived. Bring it back first.' },
    { ok: false, code: 'archived' },
  ])
  expect(await limits(cityId)).toEqual({ public: 35, actual: 40 })
  expect(await send(release)).toMatchObject([
    { reason: 'This hold is over already.' },
    { ok: false, code: 'unknown_reservation' },
  ])
})
