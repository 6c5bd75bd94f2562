import { expect, test } from 'vitest'
import { resetInventoryCall } from '@/app/api/calls/change-inventory'
import { readAsked } from '@/app/api/read-asked'

/** A reset is of a whole city: who names a tier must not lose the other one. */
const reset = (tier: unknown) => {
  const body = JSON.stringify({ cityId: 'dallas', authorizedBy: 'Dana', reason: 'why', tier })
  const headers = { 'Content-Type': 'application/json' }
  const request = new Request('http://localhost/', { method: 'DELETE', headers, body })
  return readAsked(resetInventoryCall, request, {})
}

test.each(['vip', 'ga', '', 1, false])('that names a tier is refused: %j', async (tier) => {
  const message = 'tier cannot be given: a reset is of the whole city'
  expect(await reset(tier)).toEqual({
    ok: false,
    failure: { code: 'invalid', message, data: { field: 'tier' } },
  })
})

test.each([undefined, null])('that names none is taken: %j', async (tier) => {
  expect(await reset(tier)).toMatchObject({ ok: true })
})
