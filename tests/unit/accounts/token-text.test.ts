import { expect, test } from 'vitest'
import { bearerToken, newTokenText, tokenPrefix } from '@/lib/accounts/tokens/token-text'

const token = newTokenText()

test('a token is 256 bits behind our mark, and its prefix tells little of it', () => {
  expect(token).toMatch(/^sixfb_[A-Za-z0-9_-]{43}$/)
  expect(tokenPrefix(token)).toBe(token.slice(0, 12))
  expect(newTokenText()).not.toBe(token)
})

test.each([`Bearer ${token}`, `bearer   ${token} `, `BEARER ${token}`])('%s holds the token', (header) => {
  expect(bearerToken(header)).toBe(token)
})

test.each([
  '',
  token,
  `Basic ${token}`,
  'Bearer',
  `Bearer${token}`,
  `Bearer ${token}x`,
  `Bearer ${token.slice(0, -1)}`,
  `Bearer ${token}, Bearer ${token}`,
  `Bearer ${token.replace('sixfb_', 'other_')}`,
  `Bearer ${token}\n`.repeat(2),
])('%j holds none', (header) => {
  expect(bearerToken(header)).toBeUndefined()
})
