import { expect, test } from 'vitest'
import { refundText } from '@/lib/payments/refund-mail'

test('the mail names what was ordered and what comes back', () => {
  const { subject, text } = refundText({ quantity: 2, amountCents: 200_000, currency: 'usd' }, 'Dallas')
  expect(subject).toBe('Your workshop payment is refunded')
  expect(text).toContain('2 tickets for the 6FB Methodologies workshop in Dallas')
  expect(text).toContain('Your payment of $2,000 is on its way back')
})

test('it stands also where little is known', () => {
  const { text } = refundText({ quantity: null, amountCents: null, currency: null }, null)
  expect(text).toContain('your order of tickets for the 6FB Methodologies workshop.')
  expect(text).toContain('Your payment is on its way back')
})
