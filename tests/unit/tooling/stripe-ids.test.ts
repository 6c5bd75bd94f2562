import { expect, test } from 'vitest'
import { idInTime } from '@/tests/bench/stripe-ids'

test.each([
  [1_680_800_504, 'pi_3', 'pi_3MtwBwLkdIwHu7ix28a3tqPa'],
  [1_686_089_970, 'evt_1', 'evt_1NG8Du2eZvKYlo2CUI79vXWy'],
] as const)('an id made at %i begins as the one that Stripe made then', (seconds, kind, example) => {
  const id = idInTime(kind, new Date(seconds * 1_000))
  expect(id.slice(0, kind.length + 5)).toBe(example.slice(0, kind.length + 5))
  expect(id).toHaveLength(example.length)
})
