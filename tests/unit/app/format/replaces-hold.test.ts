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

test('who chooses the seats they hold is told that these are not added to', () => {
  expect(replaces(held, { tier: 'ga', quantity: 2 })).toBe(
    'You hold these 2 GA seats already: none are added.',
  )
  const one = { ...held, quantity: 1 }
  expect(replaces(one, { tier: 'ga', quantity: 1 })).toBe('You hold this GA seat already: none is added.')
})

test('nothing is said without a hold, or once it has run out', () => {
  expect(replaces(null, { tier: 'ga', quantity: 2 })).toBeNull()
  expect(replaces({ ...held, secondsLeft: 0 }, { tier: 'vip', quantity: 3 })).toBeNull()
})
