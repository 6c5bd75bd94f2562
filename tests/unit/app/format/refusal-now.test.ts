import { expect, test } from 'vitest'
import type { RefusedTicketForm } from '@/app/components/ticket-form'
import type { TierState } from '@/app/format/seats'
import { refusalNow, showsTooFew } from '@/app/format/refusal-now'

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

test.each<[state: TierState, quantity: string, isShort: boolean]>([
  [{ kind: 'none_left' }, '1', true],
  [{ kind: 'sold_out' }, '1', true],
  [{ kind: 'paused' }, '1', true],
  [{ kind: 'few', left: 1 }, '1', false],
  [{ kind: 'few', left: 1 }, '2', true],
  [{ kind: 'few', left: 2 }, '2', false],
  [{ kind: 'plenty', left: 9 }, '10', true],
  [{ kind: 'plenty', left: 10 }, '10', false],
  // How many there are is not shown.
  [{ kind: 'last_seats' }, '1', false],
  [{ kind: 'last_seats' }, '2', true],
  [{ kind: 'yours', own: 2 }, '3', true],
])('a tier that shows %o has too few for an order of %s: %s', (state, quantity, isShort) => {
  const choices = [{ tier: 'ga', state }] as const
  expect(showsTooFew({ problem: tryFewer, entered: { tier: 'ga', quantity, email: '' } }, choices)).toBe(
    isShort,
  )
})

test('no number of seats settles what was refused for another reason', () => {
  const choices = [{ tier: 'ga', state: { kind: 'plenty', left: 9 } }] as const
  const limited = { message: 'Pay for or give back what you hold', code: 'hold_limit' } as const
  const entered = { tier: 'ga', quantity: '1', email: '' }
  expect(showsTooFew({ problem: limited, entered }, choices)).toBe(true)
  expect(showsTooFew({ problem: tryFewer, entered: { ...entered, tier: 'x' } }, choices)).toBe(true)
})
