import { expect, test } from 'vitest'
import { seal, unseal } from '@/lib/sealed'

const plain = Buffer.from('twenty bytes, really')
const key = Buffer.alloc(32, 7)
const otherKey = Buffer.alloc(32, 8)

test('what was sealed opens with its key and its binding alone', () => {
  const sealed = seal(plain, key, 'account-1')
  expect(sealed.includes(plain)).toBe(false)
  expect(unseal(sealed, key, 'account-1')).toEqual(plain)
  for (const [wrongKey, binding] of [
    [otherKey, 'account-1'],
    [key, 'account-2'],
    [key, undefined],
  ] as const)
    expect(unseal(sealed, wrongKey, binding)).toBeUndefined()
  expect(unseal(seal(plain, key), key)).toEqual(plain)
  expect(unseal(seal(plain, key), key, 'account-1')).toBeUndefined()
  expect(seal(plain, key).equals(seal(plain, key))).toBe(false)
})

test('a changed or cut one does not open, however short, and does not throw', () => {
  const sealed = seal(plain, key)
  for (let index = 0; index < sealed.length; index++) {
    const changed = Buffer.from(sealed)
    changed[index] = (changed[index] ?? 0) ^ 1
    expect(unseal(changed, key)).toBeUndefined()
    expect(unseal(sealed.subarray(0, index), key)).toBeUndefined()
  }
})
