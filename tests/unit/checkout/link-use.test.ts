import { describe, expect, test } from 'vitest'
import { linkUse } from '@/lib/checkout/link-use'

const ada = 'ada@example.com'
const link = {
  cityId: 'dallas',
  tier: 'vip',
  email: ada,
  state: 'active',
  seats: 4,
  sold: 1,
  held: 2,
} as const
const order = { cityId: 'dallas', tier: 'vip', email: ada } as const

test('names the link for seats of its tier and for its address', () => {
  expect(linkUse(link, order, 0)).toBe('named')
  expect(linkUse({ ...link, email: null }, { ...order, email: null }, 0)).toBe('named')
})

test('passes it over for the other tier, whoever asks and whatever has become of it', () => {
  const ga = { ...order, tier: 'ga', email: null } as const
  expect(linkUse(link, ga, 0)).toBe('passed_over')
  expect(linkUse({ ...link, state: 'revoked' }, ga, 0)).toBe('passed_over')
})

test('leaves it to the hold to say that a link is over, or of another city', () => {
  const nobody = { ...order, email: null }
  expect(linkUse({ ...link, state: 'expired' }, nobody, 0)).toBe('named')
  expect(linkUse(link, { ...order, cityId: 'atlanta', tier: 'ga' }, 0)).toBe('named')
})

describe('for one address, asked with another one or none', () => {
  test.each([null, 'bob@example.com'])('asks for it while there are seats (%s)', (email) => {
    expect(linkUse(link, { ...order, email }, 0)).toBe('other_address')
    expect(linkUse({ ...link, held: 3 }, { ...order, email }, 0)).toBe('passed_over')
    // The buyer's own can be had again.
    expect(linkUse({ ...link, held: 3 }, { ...order, email }, 2)).toBe('other_address')
  })
})
