import { expect, it } from 'vitest'
import { createKnownTokens } from '@/app/web/known-tokens'

it('knows a token that was good, until it is good no more', () => {
  const tokens = createKnownTokens()
  expect(tokens.isKnown('Bearer a')).toBe(false)
  tokens.note('Bearer a', true)
  tokens.note('Bearer b', false)
  expect([tokens.isKnown('Bearer a'), tokens.isKnown('Bearer b')]).toEqual([true, false])
  tokens.note('Bearer a', false)
  expect(tokens.isKnown('Bearer a')).toBe(false)
})

it('remembers a thousand, and those best that were seen last', () => {
  const tokens = createKnownTokens()
  for (let n = 0; n < 1_000; n++) tokens.note(`Bearer ${n}`, true)
  tokens.note('Bearer 0', true)
  tokens.note('Bearer 1000', true)
  expect(['0', '1', '2', '1000'].map((n) => tokens.isKnown(`Bearer ${n}`))).toEqual([true, false, true, true])
})
