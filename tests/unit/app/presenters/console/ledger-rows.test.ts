import { expect, test } from 'vitest'
import { type LedgerRowsInput, presentLedgerRows } from '@/app/presenters/console/ledger-rows'
import type { LedgerPageRow } from '@/lib/inventory/ledger/page'
import { cityFigures } from '@/tests/unit/app/console-stories'

const row: LedgerPageRow = {
  id: 7,
  cityId: 'dallas-jan-2026',
  tier: 'ga',
  sequence: 3,
  epoch: 0,
  operation: 'expand',
  quantity: 5,
  soldBefore: 30,
  soldAfter: 30,
  publicLimitBefore: 35,
  publicLimitAfter: 35,
  actualLimitBefore: 35,
  actualLimitAfter: 40,
  paymentId: null,
  paymentIntentId: null,
  sessionId: null,
  reservationId: null,
  actor: 'nate@example.com',
  authorizedBy: 'Dana',
  reason: 'A second room',
  occurredAt: new Date('2026-01-05T20:00:00Z'),
}

function view(change: Partial<LedgerPageRow> = {}, city: LedgerRowsInput['city'] = cityWith(40)) {
  const [shown] = presentLedgerRows({ rows: [{ ...row, ...change }], timeZone: 'America/Chicago', city })
  return shown
}

/** Dallas with so many GA seats, 35 of them public. */
function cityWith(limit: number, epoch = 0): LedgerRowsInput['city'] {
  return cityFigures({ stock: { ga: { limit } }, epochs: { ga: epoch, vip: 0 } })
}

test('an expansion says what it did, who did it on whose word, and how to take it back', () => {
  expect(view()).toMatchObject({
    at: expect.stringMatching(/^Jan 5, 2026, 2:00\sPM\sCST$/) as string,
    operation: 'Seats added',
    change: '+5',
    sold: null,
    limit: '35 → 40',
    publicLimit: null,
    who: 'nate@example.com, authorized by Dana',
    inverse: { to: '/admin/cities/dallas-jan-2026/reduce?tier=ga&by=5', text: 'Take 5 away' },
  })
})

test.each<[string, Partial<LedgerPageRow>, LedgerRowsInput['city']]>([
  ['for whoever may only look', {}, null],
  ['of a sale', { operation: 'decrement' }, cityWith(40)],
  ['where it would take public seats', {}, cityWith(39)],
  ['from before a reset, which took those seats away', {}, cityWith(40, 1)],
])('no inverse %s', (_, change, city) => {
  expect(view(change, city)?.inverse).toBeNull()
})

test('returned seats are below zero, and lead to their payment', () => {
  const shown = view({
    operation: 'restock',
    quantity: -2,
    soldAfter: 28,
    actualLimitAfter: 35,
    paymentId: 'pi_1',
    paymentIntentId: 'pi_1',
    actor: null,
    authorizedBy: null,
  })
  expect(shown).toMatchObject({
    change: '−2',
    sold: '30 → 28',
    limit: null,
    who: null,
    payment: { id: 'pi_1' },
  })
})
