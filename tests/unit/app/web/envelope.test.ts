import { expect, it } from 'vitest'
import { failure, methodNotAllowed, success } from '@/app/web/envelope'

const context = { requestId: 'r-1' }

it('wraps data', async () => {
  const response = success({ a: 1 })
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ success: true, data: { a: 1 } })
})

it('wraps a failure with its code, its status and the id of the request', async () => {
  const response = failure(context, { code: 'unknown_city', message: 'There is no such city' })
  expect(response.status).toBe(404)
  expect(await response.json()).toEqual({
    success: false,
    error: 'There is no such city',
    code: 'unknown_city',
    requestId: 'r-1',
  })
})

it.each(['busy', 'unavailable', 'payment_unavailable'] as const)('says when to try again: %s', (code) => {
  const response = failure(context, { code, message: '' })
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2'])
})

it('names the methods that an address knows', () => {
  const response = methodNotAllowed(context, ['GET', 'HEAD'])
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
})
