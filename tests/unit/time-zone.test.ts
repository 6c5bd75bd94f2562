import { describe, expect, test } from 'vitest'
import { readNewCityFields } from '@/app/forms/city'
import { waitingForm } from '@/app/forms/alert-settings'
import { newCity } from '@/lib/cities/city-input'
import { isTimeZone } from '@/lib/time-zone'

test.each([
  'UTC',
  'utc',
  'GMT',
  'America/Chicago',
  'america/chicago',
  'Asia/Kathmandu',
  'US/Central',
  'Etc/GMT+5',
])('%s is a time zone', (name) => {
  expect(isTimeZone(name)).toBe(true)
})

/** Words that Node or PostgreSQL would take, but not both, or not as the same. */
const unclear = ['AET', 'CAT', 'CST', 'BST', 'IST', 'EST', '+05:00', '+0500', 'GMT+5']

test.each([...unclear, '', 'Mars', 'Mars/Olympus', 'posix/America/Chicago', 'EST/5', 'Etc/GMT+05'])(
  '%s is none',
  (name) => {
    expect(isTimeZone(name)).toBe(false)
  },
)

const message = 'Use a full name of a time zone, such as America/Chicago'

describe.each(unclear)('%s', (timeZone) => {
  test("is refused at a city's field", () => {
    const form = new URLSearchParams({
      id: 'austin',
      name: 'Austin',
      startsOn: '2026-07-10',
      endsOn: '2026-07-11',
      holdMinutes: '15',
      timeZone,
      saleState: 'on_sale',
      'ga-limit': '20',
      'vip-limit': '0',
      'ga-amount': '1000',
      'ga-currency': 'usd',
      'vip-amount': '1500',
      'vip-currency': 'usd',
    })
    expect(newCity.safeParse(readNewCityFields(form)).error?.issues).toMatchObject([
      { path: ['details', 'timeZone'], message },
    ])
  })

  test('is refused at the field of quiet hours', () => {
    const form = { isQuiet: 'yes', from: '22:00', to: '07:00', timeZone, gatherSeconds: '60' }
    expect(waitingForm.safeParse(form).error?.issues).toMatchObject([{ path: ['timeZone'], message }])
  })
})
