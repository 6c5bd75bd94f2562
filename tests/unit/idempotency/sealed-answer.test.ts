import { expect, test } from 'vitest'
import { openAnswer, sealAnswer } from '@/lib/idempotency/sealed-answer'

const answer = '{"status":201,"body":"a hold’s token"}'
const key = {
  scope: 'nobody POST /api/checkout-sessions',
  key: 'the caller’s key',
  secret: 'a session secret of 32 characters',
}

test('an answer opens for its caller’s key, scope and secret alone', () => {
  const sealed = sealAnswer(answer, key)
  expect(openAnswer(sealed, key)).toBe(answer)
  for (const other of [{ key: 'another' }, { scope: 'another' }, { secret: 'another' }])
    expect(openAnswer(sealed, { ...key, ...other })).toBeUndefined()
})

test('a cut one does not open', () => {
  const sealed = sealAnswer(answer, key)
  for (let length = 0; length < sealed.length; length++)
    expect(openAnswer(sealed.subarray(0, length), key), `${length} bytes`).toBeUndefined()
})

test('rows that are in the database already still open', () => {
  const stored =
    'k8YmmYWYzH/wd6EwwRq1wWp/G7TQCkvYk0oitGIqYDzffLdY4WBCa1jj20nfoGcRHGvqILWJmBhjMhFChnS4Qze3BOQ='
  expect(openAnswer(Buffer.from(stored, 'base64'), key)).toBe(answer)
})
