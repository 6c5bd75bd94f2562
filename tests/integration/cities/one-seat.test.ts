import { expect, test } from 'vitest'
import type { BulkOperation } from '@/app/bulk/bulk-form'
import { previewBulk } from '@/app/bulk/preview'
import { runBulkStep } from '@/app/bulk/run'
import { expand } from '@/app/changes/expand'
import { release } from '@/app/changes/release'
import { expandInventory, reserveInventory } from '@/lib/inventory'
import { anOwner } from '@/tests/support/an-owner'
import { aCity } from '@/tests/support/stories/city'
import { storyDatabase } from '@/tests/support/stories/database'
import { pay } from '@/tests/support/stories/payments'

/** What the console says of one seat. */

storyDatabase()
const authority = { actor: 'nate@example.com', authorizedBy: 'Nate' }
const reset: BulkOperation = { operation: 'reset', reason: 'a rehearsal' }

test('a reset of many cities, before and after', async () => {
  const cityId = await aCity()
  await pay({ cityId, quantity: 1 })
  await reserveInventory(cityId, 'ga', 1, `r-${cityId}`)
  await expandInventory(cityId, 'ga', 1, 'Nate')
  const { summary, targets } = await previewBulk(reset, [cityId])
  expect(summary).toBe(
    '1 sold seat of 1 payment is no longer counted, 1 seat in checkouts is let go, 1 hidden seat goes. ' +
      `Nobody is refunded. Each reset can be undone once, on the city's page.`,
  )
  expect(await runBulkStep({ operation: reset, targets, results: [] }, await anOwner())).toMatchObject({
    value: { results: [{ ok: true, text: '1 sold seat no longer counted' }] },
  })
})

test('an expansion of many cities', async () => {
  const one: BulkOperation = { operation: 'expand', tier: 'ga', additionalSpots: 1, reason: '' }
  expect(await previewBulk(one, [await aCity()])).toMatchObject({
    title: 'Add 1 GA seat to 1 city',
    summary: '1 hidden seat altogether. Customers do not see it.',
  })
})

test('a hold that is released', async () => {
  const cityId = await aCity()
  const released = async (quantity: number) => {
    const reservation = `r-${quantity}-${cityId}`
    await reserveInventory(cityId, 'ga', quantity, reservation)
    const query = new URLSearchParams({ reservation })
    return release.perform({ cityId, cityName: cityId, query, form: new URLSearchParams(), authority })
  }
  const closed = 'The buyer’s payment page is closed; others can buy'
  expect(await released(1)).toEqual({
    ok: true,
    done: { title: '1 seat released', text: `${closed} it now.` },
  })
  expect(await released(2)).toEqual({
    ok: true,
    done: { title: '2 seats released', text: `${closed} them now.` },
  })
})

test.each(['0', '-1', '2.5', '1,000', 'two', '', '10001', '100000'])(
  'seats to add, typed as %j, are asked for as a whole number',
  async (spots) => {
    const cityId = await aCity()
    const form = new URLSearchParams({ expected: '35', spots })
    const query = new URLSearchParams({ tier: 'ga' })
    const message = 'Seats must be a whole number from 1 to 10000'
    expect(await expand.perform({ cityId, cityName: cityId, query, form, authority })).toEqual({
      ok: false,
      code: 'invalid_quantity',
      message,
      problems: [{ fieldId: 'spots', message }],
    })
  },
)
