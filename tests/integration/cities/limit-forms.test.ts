import { expect, test } from 'vitest'
import type { Change } from '@/app/changes/change'
import { relimit } from '@/app/changes/relimit'
import { changeCity } from '@/app/web/change-city'
import type { SignedIn } from '@/app/web/require-principal'
import { authenticateSession } from '@/lib/accounts'
import { readCity } from '@/lib/analytics/cities'
import { checkInventoryStatus } from '@/lib/inventory'
import { expandCapacity, reduceInventory } from '@/lib/inventory/admin'
import { anAccount, enter, tokenOf } from '@/tests/support/accounts'
import { aCity } from '@/tests/support/stories/city'
import { storyDatabase } from '@/tests/support/stories/database'

/** The console's forms about limits, each asked and then sent. */

storyDatabase()
const nate = { actor: 'nate@example.com', authorizedBy: 'Nate' }

async function anOwner(): Promise<SignedIn> {
  const session = await authenticateSession(await tokenOf(enter(await anAccount('owner'))))
  if (session?.principal.kind !== 'admin') throw new Error('nobody is signed in')
  return { principal: session.principal, session, audit: { actor: session.principal } }
}

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
      ...{ cityId, cityName: city.name, query, authority: nate },
      form: new URLSearchParams({ expected, ...typed }),
    })
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

test('so are the settings', async () => {
  const [cityId, owner] = [await aCity(), await anOwner()]
  const send = (expectedActual: string) =>
    changeCity(
      cityId,
      new URLSearchParams({ form: 'limit', tier: 'ga', to: '30', expectedLimit: '35', expectedActual }),
      owner,
    )
  await expandCapacity(cityId, 'ga', 5, nate)
  expect(await send('35')).toMatchObject({
    init: { status: 409 },
    data: { problems: [{ message: 'The actual limit is now 40, no longer 35.' }] },
  })
  expect(await limits(cityId)).toEqual({ public: 35, actual: 40 })
  expect(await send('40')).toMatchObject({ status: 303 })
  expect(await limits(cityId)).toEqual({ public: 30, actual: 40 })
})
