import { describe, expect, test } from 'vitest'
import { formatMoney, toSmallestUnit, writeAmount } from '@/lib/money'

describe('an amount as Stripe counts it, in words and in a field', () => {
  test.each([
    [100_000, 'usd', '$1,000', '1000'],
    [100_050, 'usd', '$1,000.50', '1000.50'],
    [99, 'eur', '€0.99', '0.99'],
    [0, 'usd', '$0', '0'],
    [1_500, 'jpy', '¥1,500', '1500'],
    [150_000, 'huf', 'HUF 1,500', '1500'],
    [150_000, 'isk', 'ISK 1,500', '1500'],
    [12_340, 'kwd', 'KWD 12.340', '12.340'],
    [12_000, 'kwd', 'KWD 12', '12'],
  ])('%i of %s', (cents, currency, inWords, inField) => {
    expect(formatMoney(cents, currency).replace('\u00a0', ' ')).toBe(inWords)
    expect(writeAmount(cents, currency)).toBe(inField)
    expect(toSmallestUnit(inField, currency)).toBe(cents)
  })
})

test.each([
  ['1500.5', 'jpy'],
  ['1500.0', 'jpy'],
  ['1500.5', 'isk'],
  ['1500.5', 'ugx'],
  ['12.345', 'usd'],
  ['1.500', 'usd'],
  ['12.345', 'kwd'],
])('%s is no amount of %s', (amount, currency) => {
  expect(toSmallestUnit(amount, currency)).toBeNull()
})
