import { expect, test } from 'vitest'
import { replaces } from '@/app/format/replaces'

const held = { tier: 'ga', quantity: 2, secondsLeft: 600 } as const

test('who holds seats is told that holding others replaces them', () => {
  const vip = { tier: 'vip', quantity: 3 } as const
  expect(replaces(held, vip)).toBe('This replaces the 2 GA seats you hold.')
  expect(replaces({ ...held, quantity: 1 }, vip)).toBe('This replaces the GA seat you hold.')
  expect(replaces(held, { tier: 'ga', quantity: 3 })).toBe('This replaces the 2 GA seats you hold.')
})

test('as long as it is not known what they choose, they are told so, too', () => {
  expect(replaces(held, null)).toBe('This replaces the 2 GA seats you hold.')
})

test('nothing is replaced by the same seats, without a hold, or once it has run out', () => {
  expect(replaces(held, { tier: 'ga', quantity: 2 })).toBeNull()
  expect(replaces(null, { tier: 'ga', quantity: 2 })).toBeNull()
  expect(replaces({ ...held, secondsLeft: 0 }, { tier: 'vip', quantity: 3 })).toBeNull()
})
