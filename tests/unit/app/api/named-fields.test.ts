import { describe, expect, test } from 'vitest'
import { bulkChangeCall, readAdminInventoryCall } from '@/app/api/calls/admin-inventory'
import { expandInventoryCall, resetInventoryCall } from '@/app/api/calls/change-inventory'
import { startCheckoutCall } from '@/app/api/calls/checkout'
import { readCityCall, readInventoryCall } from '@/app/api/calls/read-inventory'
import type { Call } from '@/app/api/describe'
import { readAsked } from '@/app/api/read-asked'

/** What is wrong with a request is said of the field that it is wrong with. */

async function faultOf(call: Call, query: string, body?: unknown) {
  const init = body === undefined ? {} : { method: call.method, body: JSON.stringify(body) }
  const headers = { 'Content-Type': 'application/json' }
  const request = new Request(`http://localhost/${query}`, { ...init, headers })
  const read = await readAsked(call, request, { cityId: 'dallas' })
  return read.ok ? null : [read.failure.data?.field, read.failure.message]
}

describe('a parameter given twice', () => {
  test.each([
    ['?cityId=dallas&cityId=nyc', 'cityId'],
    ['?utm=1&quantity=1&utm=2&quantity=1', 'quantity'],
  ])('%s', async (query, field) => {
    expect(await faultOf(readInventoryCall, query)).toEqual([field, `${field} is given more than once`])
  })

  test.each(['?utm_source=mail&utm_source=x', '?toString=1&toString=2', '?__proto__=1&__proto__=2'])(
    'that nobody knows is not looked at: %s',
    async (query) => {
      expect(await faultOf(readInventoryCall, query)).toBeNull()
    },
  )
})

test('another name of a field', async () => {
  const order = { cityId: 'dallas', quantity: 1 }
  for (const [name, value] of [
    ['tier', 'G A'],
    ['ticketType', 'G A'],
    ['ticketType', 7],
  ])
    expect(await faultOf(startCheckoutCall, '', { ...order, [String(name)]: value })).toEqual([
      name,
      `${name} must be ga or vip`,
    ])
})

test('a text that is not there, and one that is none', async () => {
  const order = { tier: 'ga', quantity: 1 }
  expect(await faultOf(startCheckoutCall, '', order)).toEqual(['cityId', 'cityId is missing'])
  expect(await faultOf(startCheckoutCall, '', { ...order, cityId: 7 })).toEqual([
    'cityId',
    'cityId must be a text',
  ])
  const reset = { cityId: 'dallas', authorizedBy: 'Dana' }
  expect(await faultOf(resetInventoryCall, '', reset)).toEqual(['reason', 'reason is missing'])
})

test('a cursor that is too long', async () => {
  const long = 'x'.repeat(256)
  for (const [call, field] of [
    [readCityCall, 'cursor'],
    [readCityCall, 'expansionsCursor'],
    [readAdminInventoryCall, 'cursor'],
  ] as const)
    expect(await faultOf(call, `?${field}=${long}`)).toEqual([field, `${field} is too long`])
})

describe('a name or a reason that cannot be recorded', () => {
  const one = { cityId: 'dallas', tier: 'ga', additionalSpots: 1, authorizedBy: 'Dana', reason: 'More room' }
  const many = { operation: 'alert', data: { cities: ['dallas'], reason: 'Doors' }, authorizedBy: 'Dana' }
  const wrong = (name: string) => `${name} must be a text without control characters, at most 255 long`

  test.each(['Dana\u0007', 'Dana\0', 'x'.repeat(256)])('%j', async (text) => {
    expect(await faultOf(expandInventoryCall, '', { ...one, authorizedBy: text })).toEqual([
      'authorizedBy',
      wrong('authorizedBy'),
    ])
    expect(await faultOf(expandInventoryCall, '', { ...one, reason: text })).toEqual([
      'reason',
      wrong('reason'),
    ])
    expect(await faultOf(bulkChangeCall, '', { ...many, authorizedBy: text })).toEqual([
      'authorizedBy',
      wrong('authorizedBy'),
    ])
    expect(await faultOf(bulkChangeCall, '', { ...many, data: { ...many.data, reason: text } })).toEqual([
      'data.reason',
      wrong('reason'),
    ])
  })

  test.each(['', ' ', 'Two\nlines'])('a reason of %j can', async (reason) => {
    expect(await faultOf(expandInventoryCall, '', { ...one, reason })).toBeNull()
  })
})
