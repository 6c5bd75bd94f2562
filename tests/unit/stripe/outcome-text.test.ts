import { expect, test } from 'vitest'
import { type EventOutcome, outcomeText, readOutcomeText } from '@/lib/stripe/outcome-text'

const words = (text: string) => ({ kind: 'words', words: text }) as const
const applied = (quantity: number, note: string | null = null) =>
  ({ kind: 'applied', quantity, note }) as const

test.each<[string, EventOutcome]>([
  ['applied 2', { parts: [applied(2)], note: null }],
  ['applied 0', { parts: [applied(0)], note: null }],
  ['applied -2', { parts: [applied(-2)], note: null }],
  ['applied 2; metadata says 3', { parts: [applied(2)], note: 'metadata says 3' }],
  ['applied 2; metadata says 3; or 4', { parts: [applied(2)], note: 'metadata says 3; or 4' }],
  ['0 (refunded_before_sale)', { parts: [applied(0, 'refunded_before_sale')], note: null }],
  ['1 (earlier_epoch); metadata says 2', { parts: [applied(1, 'earlier_epoch')], note: 'metadata says 2' }],
  ['already_sold, already_settled', { parts: [words('already_sold'), words('already_settled')], note: null }],
  ['exception: dispute_lost', { parts: [{ kind: 'exception', exception: 'dispute_lost' }], note: null }],
  ['exception: of_another_version', { parts: [words('exception: of_another_version')], note: null }],
  ['exception: toString', { parts: [words('exception: toString')], note: null }],
  ['dispute needs_response', { parts: [words('dispute needs_response')], note: null }],
  ['no reservation', { parts: [words('no reservation')], note: null }],
  ['', { parts: [words('')], note: null }],
])('%j is written of an outcome and read as the same one', (text, outcome) => {
  expect(readOutcomeText(text)).toEqual(outcome)
  expect(outcomeText(outcome.parts, outcome.note)).toBe(text)
})
