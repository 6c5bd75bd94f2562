import { expect, test } from 'vitest'
import { eventOutcomeWords } from '@/app/presenters/console/event-outcomes'

test.each([
  ['applied 2', 'Done: 2 seats'],
  ['applied 1', 'Done: 1 seat'],
  ['applied 0', 'Done'],
  ['applied -2', 'Done: 2 seats taken again'],
  ['applied 2; metadata says 3', 'Done: 2 seats; metadata says 3'],
  ['0 (refunded_before_sale)', 'Done (refunded before its sale)'],
  ['1 (earlier_epoch)', 'Done: 1 seat (sold before a reset)'],
  ['already_closed', 'It was over already'],
  ['already_settled', 'It was settled already'],
  ['already_sold, already_settled', 'It was sold already, it was settled already'],
  ['refunded_before_sale', 'Refunded before its sale'],
  ['exception: dispute_lost', 'Exception: a dispute was lost'],
  ['no reservation', 'No reservation'],
  ['dispute needs_response', 'Dispute needs response'],
  ['type without effect', 'Type without effect'],
  ['insufficient_stock', 'Insufficient stock'],
  ['', ''],
])('%j is %j', (stored, words) => {
  expect(eventOutcomeWords(stored)).toBe(words)
})

test('what somebody wrote stays as it is', () => {
  expect(eventOutcomeWords('applied 2; metadata says already_sold, no_seat')).toBe(
    'Done: 2 seats; metadata says already_sold, no_seat',
  )
})
