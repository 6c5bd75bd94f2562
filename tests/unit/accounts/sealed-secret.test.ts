import { expect, test } from 'vitest'
import { openSecret, sealSecret } from '@/lib/accounts/second-factor/sealed-secret'

const secret = Buffer.from('twenty bytes, really')
const key = 'a session secret of 32 characters'

test('a sealed secret opens for its account and key alone', () => {
  const sealed = sealSecret(secret, 'account-1', key)
  expect(sealed.includes(secret)).toBe(false)
  expect(openSecret(sealed, 'account-1', key)).toEqual(secret)
  expect(openSecret(sealed, 'account-2', key)).toBeUndefined()
  expect(openSecret(sealed, 'account-1', `${key}!`)).toBeUndefined()
})

test('a changed or cut one does not open, and no two look alike', () => {
  const sealed = sealSecret(secret, 'account-1', key)
  for (let index = 0; index < sealed.length; index++) {
    const changed = Buffer.from(sealed)
    changed[index] = (changed[index] ?? 0) ^ 1
    expect(openSecret(changed, 'account-1', key)).toBeUndefined()
  }
  expect(openSecret(sealed.subarray(0, 20), 'account-1', key)).toBeUndefined()
  expect(sealSecret(secret, 'account-1', key).equals(sealed)).toBe(false)
})

test('rows that are in the database already still open', () => {
  const stored = 'n652ytdhmkGk3zLopfE5GgdcxQ71KBimlOWpcwSgmc2DdbgJtQt3cQpdti28zrnd'
  expect(openSecret(Buffer.from(stored, 'base64'), 'account-1', key)).toEqual(secret)
})
