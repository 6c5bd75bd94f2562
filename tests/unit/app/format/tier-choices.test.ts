import { expect, test } from 'vitest'
import { type ChoiceFacts, tierChoices } from '@/app/format/tier-choices'
import { someStock } from '@/tests/unit/app/stories'

function facts({ ga, ...change }: Partial<ChoiceFacts> & { ga: number }): ChoiceFacts {
  return {
    saleState: 'on_sale',
    stock: someStock({ publicAvailable: { ga, vip: 15 } }),
    prices: {
      ga: { amountCents: 100_000, currency: 'usd' },
      vip: { amountCents: 150_000, currency: 'usd' },
    },
    hasLastSeats: { ga: false, vip: false },
    own: { ga: 0, vip: 0 },
    isUnasked: { ga: false, vip: false },
    ...change,
  }
}

test('each tier has its own numbers and price', () => {
  expect(tierChoices(facts({ ga: 2 }))).toEqual([
    {
      tier: 'ga',
      left: 2,
      limit: 35,
      price: { amountCents: 100_000, currency: 'usd' },
      state: { kind: 'few', left: 2 },
    },
    {
      tier: 'vip',
      left: 15,
      limit: 15,
      price: { amountCents: 150_000, currency: 'usd' },
      state: { kind: 'plenty', left: 15 },
    },
  ])
})

test('a tier that has just come to 0 shows one seat until it is known whether it has last seats', () => {
  const before = facts({ ga: 0, isUnasked: { ga: true, vip: false } })
  expect(tierChoices(before)[0]).toMatchObject({ left: 1, state: { kind: 'few', left: 1 } })
  expect(tierChoices(facts({ ga: 0 }))[0]).toMatchObject({ left: 0, state: { kind: 'none_left' } })
})

test('last seats and a visitor’s own are those of one tier', () => {
  const kinds = (change: Partial<ChoiceFacts>) =>
    tierChoices(facts({ ga: 0, ...change })).map(({ state }) => state.kind)
  expect(kinds({ hasLastSeats: { ga: true, vip: false } })).toEqual(['last_seats', 'plenty'])
  expect(kinds({ own: { ga: 2, vip: 0 } })).toEqual(['yours', 'plenty'])
})
