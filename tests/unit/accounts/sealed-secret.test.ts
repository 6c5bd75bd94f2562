import { expect, test } from 'vitest'
import { open, seal } from '@/lib/accounts/second-factor/sealed-secret'

const secret = Buffer.from('twenty bytes, really')
const key = 'a session secret of 32 characters'

test('a sealed secret opens for its account and key alone', () => {
  const sealed = seal(secret, 'account-1', key)
  expect(sealed.includes(secret)).toBe(false)
  expect(open(sealed, 'account-1', key)).toEqual(secret)
  expect(open(sealed, 'account-2', key)).toBeUndefined()
  expect(open(sealed, 'account-1', `${key}!`)).toBeUndefined()
})

test('a changed or cut one does not open, and no two look alike', () => {
  const sealed = seal(secret, 'account-1', key)
  for (let index = 0; index < sealed.length; index++) {
    const changed = Buffer.from(sealed)
    changed[index] = (changed[index] ?? 0) ^ 1
    expect(open(changed, 'account-1', key)).toBeUndefined()
  }
  expect(open(sealed.subarray(0, 20), 'account-1', key)).toBeUndefined()
  expect(seal(secret, 'account-1', key).equals(sealed)).toBe(false)
})
