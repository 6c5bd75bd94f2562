import { expect, test } from 'vitest'
import { refundText } from '@/lib/payments/refund-mail'

test('the mail names what was ordered and what comes back', () => {
  const { subject, text } = refundText({ quantity: 2, amountCents: 200_000, currency: 'usd' }, 'Dallas')
  expect(subject).toBe('Your workshop payment is refunded')
  expect(text).toContain('2 tickets for the 6FB Methodologies workshop in Dallas')
  expect(text).toContain('Your payment of $2,000.00 is on its way back')
})

test('it stands also where little is known', () => {
  const { text } = refundText({ quantity: null, amountCents: null, currency: null }, null)
  expect(text).toContain('your order of tickets for the 6FB Methodologies workshop.')
  expect(text).toContain('Your payment is on its way back')
})

test.each([
  { currency: 'usd', cents: 150_000, written: '$1,500.00' },
  { currency: 'eur', cents: 99, written: '€0.99' },
  { currency: 'jpy', cents: 1500, written: '¥1,500' },
])('$cents of the smallest unit of $currency is $written', ({ currency, cents, written }) => {
  expect(refundText({ quantity: 1, amountCents: cents, currency }, null).text).toContain(written)
})
