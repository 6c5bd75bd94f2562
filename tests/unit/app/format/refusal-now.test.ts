import { expect, test } from 'vitest'
import type { RefusedTicketForm } from '@/app/components/ticket-form'
import type { TierState } from '@/app/format/seats'
import { refusalNow } from '@/app/format/refusal-now'

/** What the form says of a refused order once its numbers are shown. */
function said(
  entered: { tier: string; quantity: string },
  ga: TierState,
  problem: RefusedTicketForm['problem'] = tryFewer,
) {
  const choices = [
    { tier: 'ga', state: ga },
    { tier: 'vip', state: { kind: 'few', left: 3 } },
  ] as const
  return refusalNow({ problem, entered: { email: '', ...entered } }, choices)
}

const tryFewer = {
  message: '2 GA seats together are not available. Try fewer',
  code: 'insufficient_stock',
} as const
const soldOut = 'GA is sold out for now; a seat may come back'

test.each<TierState>([{ kind: 'none_left' }, { kind: 'sold_out' }])(
  'nobody is asked to try fewer of a tier that cannot be chosen ($kind)',
  (state) => {
    expect(said({ tier: 'ga', quantity: '2' }, state)).toEqual({
      message: soldOut,
      code: 'insufficient_stock',
    })
  },
)

test('a field that was to be mended is not named where it would not help', () => {
  const problem = { ...tryFewer, field: 'quantity' } as const
  expect(said({ tier: 'ga', quantity: '2' }, { kind: 'none_left' }, problem)).not.toHaveProperty('field')
})

test.each<TierState>([{ kind: 'last_seats' }, { kind: 'few', left: 1 }, { kind: 'yours', own: 2 }])(
  'fewer may be tried of a tier that can be chosen ($kind)',
  (state) => {
    expect(said({ tier: 'ga', quantity: '2' }, state)).toBe(tryFewer)
  },
)

test('what was said of another tier, or of something else, stays', () => {
  expect(said({ tier: 'vip', quantity: '4' }, { kind: 'none_left' })).toBe(tryFewer)
  const limited = { message: 'Pay for or give back what you hold', code: 'hold_limit' } as const
  expect(said({ tier: 'ga', quantity: '2' }, { kind: 'none_left' }, limited)).toBe(limited)
  const unreadable = { message: 'Choose GA or VIP', code: 'invalid', field: 'tier' } as const
  expect(said({ tier: '', quantity: '2' }, { kind: 'none_left' }, unreadable)).toBe(unreadable)
})
