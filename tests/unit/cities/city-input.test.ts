import { expect, test } from 'vitest'
import { cityDetails, cityId, newCity } from '@/lib/cities/city-input'
import { listRoutes } from '@/tests/support/route-list'

const price = { amountCents: '1500', currency: 'usd', stripePriceId: '' }
const osaka = {
  name: 'Osaka',
  venue: '',
  address: '',
  timeZone: 'Asia/Tokyo',
  holdMinutes: '15',
  startsOn: '2026-07-10',
  endsOn: '2026-07-11',
  prices: { ga: price, vip: price },
}

/** A city as it would be stored, or what is said against it. */
function read(given: Partial<typeof osaka>) {
  const { data, error } = cityDetails.safeParse({ ...osaka, ...given })
  return data ?? error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

/** What is stored of a GA price, or what is said against it. */
function priced(amountCents: string, currency: string): unknown {
  const city = read({ prices: { ga: { ...price, amountCents, currency }, vip: price } })
  return 'prices' in city ? city.prices.ga.amountCents : city
}

test.each([
  ['1,000.50', 'USD', 100_050],
  ['1500', 'jpy', 1_500],
  ['99,999,999', 'jpy', 99_999_999],
  ['12.34', 'kwd', 12_340],
  ['1.500', 'bhd', 1_500],
  ['1500.5', 'usd', 150_050],
  ['1500', 'huf', 150_000],
])('a price of %s %s is stored as %i', (written, currency, cents) => {
  expect(priced(written, currency)).toBe(cents)
})

test.each([
  ['1500.50', 'jpy', 'The GA price in JPY must look like 1500'],
  ['1500.50', 'isk', 'The GA price in ISK must look like 1500'],
  ['12.345', 'usd', 'The GA price in USD must look like 1500 or 1500.50'],
  // One thousand five hundred, to whoever writes points between thousands.
  ['1.500', 'usd', 'The GA price in USD must look like 1500 or 1500.50'],
  ['1.500', 'eur', 'The GA price in EUR must look like 1500 or 1500.50'],
  ['15.0', 'jpy', 'The GA price in JPY must look like 1500'],
  ['12.3456', 'kwd', 'The GA price must look like 1500 or 1500.50'],
  ['12.345', 'kwd', 'The GA price in KWD must look like 1500 or 1500.50'],
  ['1,000,000', 'usd', 'The GA price is at most $999,999.99: Stripe takes no more'],
  ['100,000,000', 'jpy', 'The GA price is at most ¥99,999,999: Stripe takes no more'],
])('a price of %s %s is refused at its field', (written, currency, message) => {
  expect(priced(written, currency)).toEqual([`prices.ga.amountCents: ${message}`])
})

test.each(['zzz', 'xxx', 'xts', 'us', '$', 'dollars', ''])('no price is in %j', (currency) => {
  expect(priced('1500', currency)).toEqual([
    'prices.ga.currency: The GA currency must be one that exists, such as usd',
  ])
})

test.each(['usd', 'EUR', ' gbp ', 'xof', 'mga'])('a price may be in %j', (currency) => {
  expect(priced('1500', currency)).toBeTypeOf('number')
})

test.each([
  [{ startsOn: '0000-01-01' }, 'startsOn: The first day must be between 2000 and 2999'],
  [{ endsOn: '3000-01-01' }, 'endsOn: The last day must be between 2000 and 2999'],
  [{ startsOn: '' }, 'startsOn: The first day must look like 2026-01-17'],
  [{ endsOn: '2026-07-32' }, 'endsOn: The last day must look like 2026-01-17'],
  [{ name: 'x'.repeat(256) }, 'name: The name has at most 255 characters'],
  [{ venue: 'x'.repeat(256) }, 'venue: The venue has at most 255 characters'],
  [{ address: 'a\0b' }, 'address: The address cannot be stored'],
  [
    { prices: { ga: price, vip: { ...price, amountCents: 'dear' } } },
    'prices.vip.amountCents: The VIP price must look like 1500 or 1500.50',
  ],
  [
    { prices: { ga: price, vip: { ...price, stripePriceId: 'prod_1' } } },
    'prices.vip.stripePriceId: The VIP price at Stripe begins with price_',
  ],
])('a city of %j is refused at its field', (given, message) => {
  expect(read(given)).toEqual([message])
})

test('a public limit that is none is refused by its tier', () => {
  const city = { id: 'osaka-jul-2026', details: osaka, saleState: 'upcoming' }
  const { error } = newCity.safeParse({ ...city, publicLimits: { ga: '35', vip: 'many' } })
  expect(error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
    'publicLimits.vip: The public VIP limit must be a whole number from 0 to 1000000',
  ])
})

test('no new city has an id whose pages would be others', () => {
  const segmentsOf = listRoutes().map(({ pattern }) => pattern.split('/'))
  const taken = segmentsOf.flatMap((ofCity) =>
    segmentsOf.flatMap((other) => {
      const place = ofCity.indexOf(':cityId')
      const isSibling =
        place >= 0 &&
        other.length === ofCity.length &&
        other.every((segment, at) => at === place || segment === ofCity[at] || segment.startsWith(':'))
      return isSibling && cityId.safeParse(other[place]).success ? [other[place]] : []
    }),
  )
  expect(taken).toEqual(expect.arrayContaining(['new', 'stream']))
  for (const id of taken) {
    const issues = newCity.safeParse({ id, details: osaka }).error?.issues ?? []
    expect(issues.find(({ path }) => path[0] === 'id')?.message).toBe(
      'An id cannot be new or stream: these are addresses of their own',
    )
  }
})
