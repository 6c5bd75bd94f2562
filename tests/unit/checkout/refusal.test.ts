import { expect, test } from 'vitest'
import { refusalOf } from '@/lib/checkout/refusal'
import { hold } from '@/tests/support/stories/commands'
import { aPool, aReservation, aState, tell } from '@/tests/support/stories/state'

/** What is said to a buyer who asks for so many of a pool. */
function refusal(pool: Parameters<typeof aPool>[0], quantity: number) {
  const outcome = tell(aState({ pools: [aPool(pool)] }), hold(quantity)).outcomes.at(-1)
  if (outcome?.status !== 'rejected') throw new Error('not refused')
  return refusalOf(outcome, { tier: 'ga', quantity })
}

const refused = (...args: Parameters<typeof refusal>) => refusal(...args).message

test('who asks for the last seat too late reads that one may come back', () => {
  expect(refused({ sold: 34, held: 1 }, 1)).toBe('GA is sold out for now; a seat may come back')
})

test('who asks for more than there are together reads what to do, whether hidden seats are left or not', () => {
  const words = '6 GA seats together are not available. Try fewer'
  expect(refused({ sold: 35 }, 6)).toBe(words)
  expect(refused({ sold: 35, actualLimit: 38 }, 6)).toBe(words)
})

test('who asks for more than are shown reads how many are', () => {
  expect(refused({ sold: 31 }, 5)).toBe('Only 4 GA tickets available, but 5 requested')
})

test('a refusal names the number of seats where a smaller one may help', () => {
  expect(refusal({ sold: 31 }, 5)).toMatchObject({ field: 'quantity' })
  expect(refusal({ sold: 35 }, 6)).toMatchObject({ field: 'quantity' })
  expect(refusal({ sold: 35 }, 1)).not.toHaveProperty('field')
})

test.each([
  { held: 8, asked: 3, field: 'quantity', advice: 'Pay for or give back what you hold, or choose fewer' },
  { held: 10, asked: 2, field: undefined, advice: 'Pay for or give back what you hold' },
  // Of what changes an own hold, as many as before would do.
  { held: 10, asked: 2, of: 'r0', field: 'quantity', advice: 'or choose fewer' },
])(
  'who holds $held of 10 seats reads of fewer where fewer would do',
  ({ held, asked, of, field, advice }) => {
    const email = 'a@example.com'
    const reservations = [aReservation({ id: 'r0', quantity: held, email })]
    const state = aState({ pools: [aPool({ held })], reservations, limits: { perEmail: 10 } })
    const outcome = tell(state, hold(asked, { email, ...(of && { extends: of }) })).outcomes.at(-1)
    if (outcome?.status !== 'rejected') throw new Error('not refused')
    const refused = refusalOf(outcome, { tier: 'ga', quantity: asked })
    expect(refused.code).toBe('hold_limit')
    expect(refused.field).toBe(field)
    expect(refused.message).toMatch(new RegExp(`${advice}$`))
  },
)
