import { expect, test } from 'vitest'
import type { Figures } from '@/lib/inventory/figures'
import { toPublicStock } from '@/lib/inventory/public-stock'
import { aPool, noon } from '@/tests/support/stories/state'

/** GA of a city that is sold out for all who see its numbers. */
function soldOut(given: Partial<Figures> = {}): Figures {
  return {
    ...aPool({ sold: 35 }),
    saleState: 'on_sale',
    archived: false,
    startsOn: '2026-01-26',
    updatedAt: noon,
    publicChangedAt: noon,
    ...given,
  }
}

const expanded = { actualLimit: 36 }

test('where hidden seats sell openly, the last of them are told of', () => {
  expect(toPublicStock([soldOut(expanded)]).lastSeats.get('dallas')).toEqual({ ga: true, vip: false })
})

test.each([
  { saleState: 'upcoming' },
  { saleState: 'paused' },
  { saleState: 'closed' },
  { hiddenSale: 'private' },
] as const)('where nobody may buy them, nothing tells that there are any: %j', (rules) => {
  expect(toPublicStock([soldOut({ ...rules, ...expanded })])).toEqual(toPublicStock([soldOut(rules)]))
})
