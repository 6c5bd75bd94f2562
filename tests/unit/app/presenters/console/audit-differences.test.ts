import { expect, test } from 'vitest'
import { presentDifference } from '@/app/presenters/console/audits'
import type { AuditDifference } from '@/lib/audit'

const dallas = { cityId: 'dallas-jan-2026', tier: 'ga' } as const
const nowhere = { cityId: null, tier: null }

test.each<[string, Omit<AuditDifference, 'message'>, string | null]>([
  [
    'a row of the ledger: the ledger of its city and tier',
    { kind: 'hash', ...dallas, row: 'ledger row 17' },
    '/admin/cities/dallas-jan-2026/ledger?tier=ga',
  ],
  [
    'a city’s stock: its ledger',
    { kind: 'stock', cityId: 'dallas-jan-2026', tier: null, row: 'stock row' },
    '/admin/cities/dallas-jan-2026/ledger',
  ],
  [
    'seats held: what is in checkouts',
    { kind: 'held', ...dallas, row: 'stock row' },
    '/admin/cities/dallas-jan-2026#holds',
  ],
  [
    'a payment: its page',
    { kind: 'payment', ...dallas, row: 'payment manual:1/2' },
    '/admin/payments/manual%3A1%2F2',
  ],
  [
    'an event: what is found by it',
    { kind: 'event', ...nowhere, row: 'event evt_1' },
    '/admin/payments?search=evt_1',
  ],
  ['more than are kept: nowhere', { kind: 'more', ...nowhere, row: 'audit' }, null],
])('%s', (_, difference, to) => {
  expect(presentDifference({ ...difference, message: 'it does not fit' })).toMatchObject({
    message: 'it does not fit',
    to,
  })
})

test('is named by its row, and by the city and tier of that', () => {
  const row = (difference: Omit<AuditDifference, 'message'>) =>
    presentDifference({ ...difference, message: 'x' }).row
  expect(row({ kind: 'hash', ...dallas, row: 'ledger row 17' })).toBe('dallas-jan-2026 GA, ledger row 17')
  expect(row({ kind: 'event', ...nowhere, row: 'event evt_1' })).toBe('event evt_1')
})
