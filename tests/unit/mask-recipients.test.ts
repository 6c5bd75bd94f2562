import { expect, test } from 'vitest'
import { maskRecipients } from '@/lib/mask-recipients'

test.each([
  ['+12145550187', '…0187'],
  ['+1214555', '…4555'],
  ['ada.lovelace+alerts@mail.example.com', 'a…@mail.example.com'],
  ['a@example.com', 'a…@example.com'],
  ['💈shop@example.com', '💈…@example.com'],
  ['webhook', 'webhook'],
  ['', ''],
])('%s is shown as %s', (recipient, shown) => {
  expect(maskRecipients(recipient)).toBe(shown)
  expect(maskRecipients(shown)).toBe(shown)
})

test('recipients are found in the words of providers and in lists, and ids are left alone', () => {
  for (const [words, shown] of [
    ["400 21211 The 'To' number +12145550187 is not valid", "400 21211 The 'To' number …0187 is not valid"],
    ['no such number: 12145550187.', 'no such number: …0187.'],
    ['550 5.1.1 <ada@example.com>: unknown', '550 5.1.1 <a…@example.com>: unknown'],
    ['550 Ada@Example.com,bob@example.com', '550 A…@Example.com,b…@example.com'],
    ['f3b1a2c4-1234567-89abcdef, sms, +12145550187', 'f3b1a2c4-1234567-89abcdef, sms, …0187'],
    ['SM12345678901234567890123456789012', 'SM12345678901234567890123456789012'],
  ] as const)
    expect(maskRecipients(words)).toBe(shown)
})
