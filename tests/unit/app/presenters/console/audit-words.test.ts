import { expect, test } from 'vitest'
import { changeWords, codeWords } from '@/app/presenters/console/audit-words'

/** What the audit log stores is read by people: only what became different, and no code's punctuation. */

test.each([
  [
    'of a tier only what moved',
    { ga: { sold: 32, actualLimit: 35, publicLimit: 35 } },
    { ga: { sold: 32, actualLimit: 45, publicLimit: 35 } },
    'GA actual limit: 35 → 45',
  ],
  [
    'each tier of a reset',
    { ga: { sold: 3, actualLimit: 40 }, vip: { sold: 0, actualLimit: 15 } },
    { ga: { sold: 0, actualLimit: 35 }, vip: { sold: 0, actualLimit: 15 } },
    'GA sold: 3 → 0, GA actual limit: 40 → 35',
  ],
  [
    'of a list what left it and what came',
    {
      thresholds: [
        { tier: 'ga', remaining: 25, channels: ['slack', 'email'] },
        { tier: 'ga', remaining: 15, channels: ['slack', 'sms'] },
      ],
    },
    {
      thresholds: [
        { tier: 'ga', remaining: 25, channels: ['slack', 'email'] },
        { tier: 'ga', remaining: 12, channels: ['slack'] },
      ],
    },
    'thresholds: removed ga 15 slack and sms, added ga 12 slack',
  ],
  ['a list that was put in another order', { zones: ['a', 'b'] }, { zones: ['b', 'a'] }, ''],
  ['a list that was empty', { phones: [] }, { phones: ['+15551'] }, 'phones: added +15551'],
  ['one number', { limit: 35 }, { limit: 40 }, 'limit: 35 → 40'],
  ['what is new', {}, { role: 'owner', publicLimits: { ga: 35 } }, 'role: owner, public limits GA: 35'],
  ['what is gone', { kind: 'totp' }, {}, 'kind: totp'],
  ['no, which is not nothing', { archived: false }, { archived: true }, 'archived: false → true'],
  ['what stayed', { name: 'Dallas' }, { name: 'Dallas' }, ''],
])('%s', (_, before, after, words) => {
  expect(changeWords(before, after)).toBe(words)
})

test('what is too long ends with an ellipsis', () => {
  const words = changeWords({}, { message: 'x'.repeat(1_000) })
  expect(words.length).toBeLessThan(200)
  expect(words).toMatch(/x…$/)
})

test('a code has blanks between its words', () => {
  expect(codeWords('wrong_credentials')).toBe('wrong credentials')
  expect(codeWords(null)).toBeNull()
})
