import pg from 'pg'
import Stripe from 'stripe'
import { expect, test } from 'vitest'
import { isAboutContent, isOutOfReach } from '@/lib/content-fault'
import { isLockedOut, isMissing, readStripeFailure } from '@/lib/stripe/failure'

const { errors } = Stripe
const refusal = (code: string) => Object.assign(new pg.DatabaseError('no', 0, 'error'), { code })
type Raw = ConstructorParameters<typeof errors.StripeInvalidRequestError>[0]
const raw = (statusCode: number, code?: string): Raw => ({ message: 'no', statusCode, ...(code && { code }) })

test.each([
  ['a time-out', new errors.StripeConnectionError({ message: 'Request aborted due to timeout' })],
  ['500', new errors.StripeAPIError(raw(500))],
  ['503', new errors.StripeAPIError(raw(503))],
  ['429', new errors.StripeRateLimitError(raw(429))],
  ['409, the key is in use', new errors.StripeIdempotencyError(raw(409))],
  ['400, the key was used with something else', new errors.StripeIdempotencyError(raw(400))],
])('%s says nothing about what was done', (_name, error) => {
  expect(readStripeFailure(error)).toEqual({ kind: 'unclear', code: error.type, isKept: false })
  expect([isMissing(error), isLockedOut(error)]).toEqual([false, false])
})

test.each([
  ['500', 500, true],
  ['503', 503, true],
  ['409', 409, false],
  ['429', 429, false],
])('a %i that Stripe has given before under the key: given from now on is %s', (_name, status, isKept) => {
  const headers = { 'idempotent-replayed': 'true' }
  const error = new errors.StripeAPIError({ ...raw(status), headers })
  expect(readStripeFailure(error)).toMatchObject({ kind: 'unclear', isKept })
})

test.each([
  [
    '400',
    new errors.StripeInvalidRequestError(raw(400, 'parameter_missing')),
    { missing: false, locksUsOut: false },
  ],
  [
    '400 for an id that names nothing',
    new errors.StripeInvalidRequestError(raw(400, 'resource_missing')),
    { missing: true, locksUsOut: false },
  ],
  ['404', new errors.StripeInvalidRequestError(raw(404)), { missing: true, locksUsOut: false }],
  ['401', new errors.StripeAuthenticationError(raw(401)), { missing: false, locksUsOut: true }],
  ['403', new errors.StripePermissionError(raw(403)), { missing: false, locksUsOut: true }],
])('%s is a refusal', (_name, error, expected) => {
  expect(readStripeFailure(error)).toMatchObject({ kind: 'refused', ...expected })
  expect({ missing: isMissing(error), locksUsOut: isLockedOut(error) }).toEqual(expected)
})

test('an error that is not Stripe’s is thrown on', () => {
  expect(() => readStripeFailure(new TypeError('ours'))).toThrow('ours')
})

test.each([
  ['Stripe is busy', new errors.StripeRateLimitError(raw(429)), false],
  ['Stripe is away', new errors.StripeConnectionError({ message: 'no' }), false],
  ['Stripe refuses this one', new errors.StripeInvalidRequestError(raw(400)), true],
  ['a connection broke', Object.assign(new Error('read'), { code: 'ECONNRESET' }), false],
  ['the server’s disk is full', refusal('53100'), false],
  ['the server takes no more connections', refusal('53300'), false],
  ['a statement needs too much memory', refusal('53200'), true],
  ['the pool is empty', new Error('timeout exceeded when trying to connect'), false],
  ['a fault of ours', new TypeError('undefined is not a function'), true],
])('%s: about the content is %s', (_name, error, about) => {
  expect(isAboutContent(error)).toBe(about)
})

test.each([
  ['Stripe is busy', new errors.StripeRateLimitError(raw(429)), true],
  ['Stripe is away', new errors.StripeConnectionError({ message: 'no' }), true],
  ['Stripe refuses our key', new errors.StripeAuthenticationError(raw(401)), false],
  ['our key may not do this', new errors.StripePermissionError(raw(403)), false],
  ['Stripe refuses this one', new errors.StripeInvalidRequestError(raw(400)), false],
  ['a connection broke', Object.assign(new Error('read'), { code: 'ECONNRESET' }), true],
])('%s: out of reach is %s', (_name, error, isAway) => {
  expect(isOutOfReach(error)).toBe(isAway)
})
