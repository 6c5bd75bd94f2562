import type { Page } from 'playwright'
import { afterEach, expect, it } from 'vitest'
import { randomToken, tokenHash } from '@/lib/random-token'
import type { Tier } from '@/lib/tier'
import { shopSuite } from '../support/shop-suite'
import { seesSeats } from '../support/ticket-pages'

/** What a visitor who holds the last seats themselves can do with them: pay, change their mind, give them back. */

const { shop, visitors } = shopSuite({ expected: /status of (409|422|503)/ })

afterEach(() => shop.standIn.control.clearFaults())

it.each([
  { city: 'dallas-jan-2026', javaScriptEnabled: true },
  { city: 'atlanta-feb-2026', javaScriptEnabled: false },
])(
  'lets a buyer go on to pay for the last seats once Stripe answers again: %o',
  async ({ city, ...options }) => {
    await leave(city, { ga: 2, vip: 0 })
    await shop.standIn.control.fault({
      match: 'POST /v1/checkout/sessions',
      kind: 'status',
      status: 503,
      times: 99,
    })
    const buyer = await visitors.arrive(options)
    await buyer.goto(`${shop.origin}/cities/${city}`)
    await hold(buyer, 'General admission', 2)
    await saysThatStripeIsAway(buyer)
    await holdsTwo(buyer)
    expect(await buyer.getByRole('link', { name: 'Continue to payment' }).count()).toBe(0)

    const again = buyer.getByRole('button', { name: 'Try the payment page again' })
    // The page says already that Stripe is away: only the answer tells that it was asked again.
    const answer = buyer.waitForResponse((response) => response.request().method() === 'POST')
    await again.click()
    await answer
    await saysThatStripeIsAway(buyer)
    await holdsTwo(buyer)
    // In another tab nobody has typed the email address anew, nor chosen anything.
    const elsewhere = await buyer.context().newPage()
    await elsewhere.goto(`${shop.origin}/cities/${city}`)
    await holdsTwo(elsewhere)

    await shop.standIn.control.clearFaults()
    await elsewhere.getByRole('button', { name: 'Try the payment page again' }).click()
    await elsewhere.waitForURL(`${shop.standIn.url}/**`)
    expect(await elsewhere.getByLabel('Email').inputValue()).toBe('ada@example.com')
    // The form, filled in as before, leads to the very same page.
    await buyer.getByLabel('Email').fill('ada@example.com')
    await buyer.getByRole('button', { name: /^Hold .* and pay$/ }).click()
    await buyer.waitForURL(elsewhere.url())
  },
)

it.each([
  { city: 'nyc-apr-2026', javaScriptEnabled: true },
  { city: 'vegas-mar-2026', javaScriptEnabled: false },
])(
  'lets a buyer who came back choose fewer of the last seats, which are their own: %o',
  async ({ city, ...options }) => {
    await leave(city, { ga: 2, vip: 15 })
    const buyer = await visitors.arrive(options)
    await buyer.goto(`${shop.origin}/cities/${city}`)
    await hold(buyer, 'General admission', 2)
    await buyer.waitForURL(`${shop.standIn.url}/**`)
    await buyer.goto(`${shop.origin}/cities/${city}`)
    await holdsTwo(buyer)

    // Other tiers come and go.
    await leave(city, { vip: 0 })
    if (options.javaScriptEnabled) await seesSeats(buyer, 'vip', 'None left now')
    else await buyer.reload()
    await holdsTwo(buyer)

    await hold(buyer, 'General admission', 1)
    await buyer.waitForURL(`${shop.standIn.url}/**`)
    await buyer.getByText('$1,000').first().waitFor()
  },
)

it.each([
  { city: 'dallas-jan-2026', javaScriptEnabled: true },
  { city: 'atlanta-feb-2026', javaScriptEnabled: false },
])(
  'keeps the seats of a buyer who chooses fewer and gives an address that Stripe does not take: %o',
  async ({ city, ...options }) => {
    // The hold keeps the address, which no other buyer here has.
    const refused = 'ada@example.xyz'
    // Those of the first test hold two of them.
    await leave(city, { ga: 5, vip: 0 })
    const buyer = await visitors.arrive(options)
    await buyer.goto(`${shop.origin}/cities/${city}`)
    await hold(buyer, 'General admission', 3, refused)
    await buyer.waitForURL(`${shop.standIn.url}/**`)
    await buyer.goto(`${shop.origin}/cities/${city}`)
    await shop.standIn.control.fault({
      match: 'POST /v1/checkout/sessions',
      kind: 'status',
      status: 400,
      code: 'email_invalid',
      times: 2,
    })
    await hold(buyer, 'General admission', 2, refused)
    await buyer.getByRole('alert').getByText('does not take this address. Your seats stay held').waitFor()
    await buyer.getByRole('heading', { name: 'You hold 2 seats (GA)' }).waitFor()
    expect(await buyer.getByLabel('Email').inputValue()).toBe(refused)
    await buyer.getByRole('link', { name: 'Continue to payment' }).click()
    await buyer.waitForURL(`${shop.standIn.url}/**`)
    expect(await buyer.getByLabel('Email').inputValue()).toBe('')
  },
)

it.each([
  { city: 'sf-jun-2026', javaScriptEnabled: true },
  { city: 'chicago-may-2026', javaScriptEnabled: false },
])(
  'tells the bearer of a private link who holds its seats that these are theirs: %o',
  async ({ city, ...options }) => {
    await leave(city, { ga: 0, vip: 0 })
    await shop.sql(
      `update inventory set actual_limit = actual_limit + 2, hidden_sale = 'private'
      where city_id = $1 and tier = 'ga'`,
      [city],
    )
    const link = `${shop.origin}/cities/${city}?link=${await aLink(city, 'ga', 2)}`
    const bearer = await visitors.arrive(options)
    await bearer.goto(link)
    await hold(bearer, 'General admission', 2)
    await bearer.waitForURL(`${shop.standIn.url}/**`)
    await bearer.goto(link)
    await bearer.getByRole('heading', { name: 'Your link: up to 2 seats, GA' }).waitFor()
    await holdsTwo(bearer)
    await hold(bearer, 'General admission', 1)
    await bearer.waitForURL(`${shop.standIn.url}/**`)

    // Without the link its seats cannot be changed, and are still nobody else's.
    await bearer.goto(`${shop.origin}/cities/${city}`)
    await bearer.getByRole('heading', { name: 'You hold 1 seat (GA)' }).waitFor()
    await seesSeats(bearer, 'ga', 'Sold out')

    const other = await visitors.arrive(options)
    await other.goto(link)
    await other.getByRole('heading', { name: 'Your link: up to 1 seat, GA' }).waitFor()
    await seesSeats(other, 'ga', 'Limited: last seats')
    await hold(other, 'General admission', 1)
    await other.waitForURL(`${shop.standIn.url}/**`)
    await other.goto(link)
    await other.getByRole('heading', { name: 'Your link: up to 1 seat, GA' }).waitFor()
    await seesSeats(other, 'ga', 'Yours: 1')
    await bearer.goto(link)
    await bearer.getByRole('heading', { name: 'Your link: up to 1 seat, GA' }).waitFor()
    await seesSeats(bearer, 'ga', 'Yours: 1')
  },
)

async function hold(page: Page, tier: string, quantity: number, email = 'ada@example.com'): Promise<void> {
  await page.getByRole('radio', { name: tier }).check()
  await page.getByLabel('How many seats').selectOption(String(quantity))
  await page.getByLabel('Email', { exact: false }).fill(email)
  await page.getByRole('button', { name: /^Hold .* and pay$/ }).click()
}

/** The page has two GA seats as the visitor's own, ready to be paid, and speaks of nobody else's. */
async function holdsTwo(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'You hold 2 seats (GA)' }).waitFor()
  await seesSeats(page, 'ga', 'Yours: 2')
  expect(await page.getByRole('radio', { name: 'General admission' }).isChecked()).toBe(true)
  expect(await page.getByLabel('How many seats').inputValue()).toBe('2')
  expect(await page.getByRole('button', { name: /^Hold .* and pay$/ }).count()).toBe(1)
  expect(await page.getByRole('heading', { name: /in checkouts|are gone/ }).count()).toBe(0)
}

async function saysThatStripeIsAway(page: Page): Promise<void> {
  await page.getByRole('alert').getByText('Your seats stay held; try again in a moment').waitFor()
}

/** Sells seats elsewhere until so many are left for everybody; those of buyers stay held. */
async function leave(cityId: string, left: Partial<Record<Tier, number>>): Promise<void> {
  for (const [tier, seats] of Object.entries(left)) {
    await shop.sql(
      `update inventory set sold = public_limit - $1, public_changed_at = app_now() where city_id = $2 and tier = $3`,
      [seats, cityId, tier],
    )
  }
}

async function aLink(cityId: string, tier: Tier, seats: number): Promise<string> {
  const token = randomToken()
  await shop.sql(
    `insert into private_links (token_hash, city_id, tier, seats, note, created_by, expires_at)
     values ($1, $2, $3, $4, '', 'tests', app_now() + interval '1 day')`,
    [tokenHash(token), cityId, tier, seats],
  )
  return token
}
