import type { Page } from 'playwright'
import { expect, it } from 'vitest'
import { shopSuite } from '../support/shop-suite'
import { isHydrated } from '../support/is-hydrated'
import { phone } from '../support/large-text'
import { moveClock } from '../support/stories/clock'
import { inTime, pay, seesSeats } from '../support/ticket-pages'

/** What a buyer who has not paid is told of the seats that they hold, whatever becomes of these. */

const { shop, visitors } = shopSuite()

// Within a quarter of an hour of midnight the hold ends on another day, which is then named.
const heldUntil = /^You hold 1 seat \(GA\) until (\w+\s\d+ at )?\d+:\d\d\s[AP]M\sP[SD]T$/
/** The same, and what a clock shows whose minutes are the city's. */
const heldUntilHereToo =
  /^You hold 1 seat \(GA\) until (?:\w+\s\d+ at )?\d+:(\d\d)\s[AP]M\sP[SD]T \((?:\w+\s\d+ at )?\d+:\1\s[AP]M your time\)$/

it('keeps the seats of a buyer who comes back without paying, and frees them when they say so', async () => {
  const watcher = await visitors.arrive()
  await watcher.goto(`${shop.otherOrigin}/cities/nyc-apr-2026`)
  const buyer = await visitors.arrive()
  await buyer.goto(`${shop.origin}/cities/nyc-apr-2026`)
  await buyer.getByLabel('Email').fill('ada@example.com')
  await buyer.getByRole('button', { name: 'Hold 1 seat and pay' }).click()
  await buyer.waitForURL(`${shop.standIn.url}/**`)
  const payUrl = buyer.url()

  await buyer.getByRole('button', { name: 'Cancel' }).click()
  await buyer.getByRole('heading', { name: 'You have not paid yet' }).waitFor()
  await seesSeats(watcher, 'ga', '34', inTime)
  expect(await buyer.getByRole('link', { name: 'Continue to payment' }).getAttribute('href')).toBe(payUrl)

  await buyer.waitForFunction(isHydrated)
  await buyer.getByRole('button', { name: 'Give it back' }).click()
  await buyer.waitForURL(`${shop.origin}/cities/nyc-apr-2026`)
  const said = buyer.getByRole('status').filter({ hasText: 'Your seat is given back (GA)' })
  await said.waitFor()
  expect(await said.evaluate((box) => box === document.activeElement)).toBe(true)
  await seesSeats(buyer, 'ga', '35')
  await seesSeats(watcher, 'ga', '35', inTime)
  // Whoever comes next in this tab may be somebody else.
  expect(await buyer.getByLabel('Email').inputValue()).toBe('')
  expect(await keptIn(buyer)).toBeNull()
})

it.each([true, false])(
  'covers no choice on a phone of a buyer who holds seats, scripts: %s',
  async (javaScriptEnabled) => {
    const buyer = await visitors.arrive({ ...phone, javaScriptEnabled })
    const city = `${shop.origin}/cities/chicago-may-2026`
    await buyer.goto(city)
    await buyer.getByRole('button', { name: /^Hold/ }).click()
    await buyer.waitForURL(`${shop.standIn.url}/**`)
    await buyer.goto(city)
    await buyer.getByRole('button', { name: 'Give it back' }).waitFor()
    const email = await buyer.getByLabel('Email').boundingBox()
    const bar = await buyer.getByRole('button', { name: /^Hold/ }).boundingBox()
    expect(bar?.y).toBeGreaterThan((email?.y ?? Infinity) + (email?.height ?? 0))
  },
)

it('asks anew for the email once seats were given back on the city’s own page', async () => {
  const buyer = await visitors.arrive()
  const city = `${shop.origin}/cities/nyc-apr-2026`
  await buyer.goto(city)
  await buyer.getByLabel('How many seats').selectOption('2')
  await buyer.getByLabel('Email').fill('ada@example.com')
  await buyer.getByRole('button', { name: 'Hold 2 seats and pay' }).click()
  await buyer.waitForURL(`${shop.standIn.url}/**`)
  await buyer.goto(city)
  await expect.poll(() => buyer.getByLabel('Email').inputValue()).toBe('ada@example.com')
  await buyer.getByText('You hold these 2 GA seats already: none are added.').waitFor()
  await buyer.getByLabel('Email').fill('ada@example.org')
  await buyer.getByRole('button', { name: 'Give them back' }).click()
  await buyer.getByRole('heading', { name: 'You hold 2 seats (GA)' }).waitFor({ state: 'detached' })
  await buyer.getByRole('heading', { name: 'Your 2 seats are given back (GA)' }).waitFor()
  await expect.poll(() => buyer.getByLabel('Email').inputValue()).toBe('')
  expect(await buyer.getByLabel('How many seats').inputValue()).toBe('2')
  expect(await keptIn(buyer)).toBeNull()
  // It is said once.
  await buyer.reload()
  await buyer.getByRole('heading', { name: 'Choose your seats' }).waitFor()
  expect(await buyer.getByText('given back').count()).toBe(0)
})

it('says of no other city that seats were given back there', async () => {
  const buyer = await visitors.arrive()
  const city = `${shop.origin}/cities/vegas-mar-2026`
  await shop.sql(
    `update cities set starts_on = '2099-04-26', ends_on = '2099-04-27' where id = 'nyc-apr-2026'`,
  )
  await buyer.goto(city)
  await buyer.getByRole('button', { name: 'Hold 1 seat and pay' }).click()
  await buyer.waitForURL(`${shop.standIn.url}/**`)
  await buyer.goto(city)
  await buyer.waitForFunction(isHydrated)
  await buyer.getByRole('button', { name: 'Give it back' }).click()
  await buyer.getByRole('heading', { name: 'Your seat is given back (GA)' }).waitFor()
  await shop.sql(
    `update inventory set sold = public_limit, public_changed_at = app_now() where city_id = 'vegas-mar-2026'`,
  )
  await buyer.getByRole('main').getByRole('link', { name: 'New York' }).click()
  await buyer.getByRole('heading', { level: 1, name: 'New York' }).waitFor()
  expect(await buyer.getByText('given back').count()).toBe(0)
})

it('tells a buyer who comes back to a tab of the seats that they hold in another', async () => {
  const first = await visitors.arrive()
  const city = `${shop.origin}/cities/sf-jun-2026`
  await first.goto(city)
  const second = await first.context().newPage()
  await second.goto(city)
  await second.waitForFunction(isHydrated)
  await first.getByRole('button', { name: 'Hold 1 seat and pay' }).click()
  await first.waitForURL(`${shop.standIn.url}/**`)
  await second.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await second.getByRole('heading', { name: /^You hold 1 seat \(GA\)/ }).waitFor()
  await second.getByRole('button', { name: 'Give it back' }).click()
  await second.getByRole('heading', { name: /^You hold/ }).waitFor({ state: 'detached' })
})

it('shows the hold to a buyer who presses "back" on the payment page, and lets them go on', async () => {
  const buyer = await visitors.arrive({ timezoneId: 'America/Los_Angeles' })
  await buyer.goto(`${shop.origin}/cities/sf-jun-2026`)
  await buyer.getByRole('button', { name: 'Hold 1 seat and pay' }).click()
  await buyer.waitForURL(`${shop.standIn.url}/**`)
  const payUrl = buyer.url()
  await buyer.goBack()
  await buyer.getByRole('heading', { name: heldUntil }).waitFor()
  // Asking for the same again leads to the same page, not to a second hold.
  await buyer.getByRole('button', { name: 'Hold 1 seat and pay' }).click()
  await buyer.waitForURL(payUrl)
})

it.each([
  ['beside the city’s, where theirs shows another', 'America/New_York', true, heldUntilHereToo],
  ['nowhere, where theirs shows the same', 'America/Tijuana', true, heldUntil],
  ['nowhere without scripts', 'America/New_York', false, heldUntil],
])(
  'tells a buyer by their own clock until when they hold seats: %s',
  async (_, timezoneId, javaScriptEnabled, told) => {
    const buyer = await visitors.arrive({ timezoneId, javaScriptEnabled })
    await buyer.goto(`${shop.origin}/cities/sf-jun-2026`)
    await buyer.getByLabel('General admission').check()
    await buyer.getByRole('button', { name: /^Hold .* and pay$/ }).click()
    await buyer.waitForURL(`${shop.standIn.url}/**`)
    await buyer.goto(`${shop.origin}/cities/sf-jun-2026`)
    if (javaScriptEnabled) await buyer.waitForFunction(isHydrated)
    const heading = buyer.getByRole('heading', { name: /^You hold/ })
    await expect.poll(() => heading.textContent()).toMatch(told)
    // Nothing of it is read aloud by itself.
    expect(await buyer.getByRole('status').filter({ hasText: 'your time' }).count()).toBe(0)
    await buyer.getByRole('button', { name: 'Give it back' }).click()
    await heading.waitFor({ state: 'detached' })
  },
)

it.each([true, false])(
  'says of seats paid for in another tab that they are, when they are to be given back (scripts: %s)',
  async (javaScriptEnabled) => {
    const buyer = await visitors.arrive({ javaScriptEnabled })
    await buyer.goto(`${shop.origin}/cities/sf-jun-2026`)
    await buyer.getByLabel('General admission').check()
    await buyer.getByRole('button', { name: /^Hold .* and pay$/ }).click()
    await buyer.waitForURL(`${shop.standIn.url}/**`)
    const payUrl = buyer.url()
    await buyer.getByRole('button', { name: 'Cancel' }).click()
    await buyer.getByRole('heading', { name: 'You have not paid yet' }).waitFor()

    const otherTab = await buyer.context().newPage()
    await otherTab.goto(payUrl)
    await pay(otherTab)
    await otherTab.getByRole('heading', { name: 'See you in San Francisco' }).waitFor()

    await buyer.getByRole('button', { name: 'Give it back' }).click()
    await buyer.getByRole('alert').getByText('These seats have been paid for').waitFor()
    await buyer.getByRole('heading', { level: 1, name: 'You have completed this checkout' }).waitFor()
    expect(await buyer.getByText('Nothing was charged').count()).toBe(0)
    // Looked at again, it says the same.
    await buyer.goto(buyer.url())
    await buyer.getByRole('heading', { level: 1, name: 'You have completed this checkout' }).waitFor()
    await buyer.getByRole('link', { name: 'See your order' }).click()
    await buyer.getByRole('heading', { name: 'See you in San Francisco' }).waitFor()
    expect(visitors.takeComplaints().every((text) => /status of 409/.test(text))).toBe(true)
  },
)

it.each([true, false])(
  'tells a buyer whose payment page was not made what the seats cost by now, before they pay (scripts: %s)',
  async (javaScriptEnabled) => {
    const { control } = shop.standIn
    const city = 'atlanta-feb-2026'
    const setPrice = (cents: number) =>
      shop.sql(`update prices set amount_cents = $1 where city_id = $2 and tier = 'ga'`, [cents, city])
    await control.fault({ match: 'POST /v1/checkout/sessions', kind: 'status', status: 503, times: 99 })
    const buyer = await visitors.arrive({ javaScriptEnabled })
    await buyer.goto(`${shop.origin}/cities/${city}`)
    await buyer.getByLabel('General admission').check()
    await buyer.getByLabel('How many seats').selectOption('2')
    await buyer.getByRole('button', { name: /^Hold .* and pay$/ }).click()
    await buyer.getByRole('alert').getByText('The payment page cannot be reached right now').waitFor()
    await control.clearFaults()
    // Stripe makes no page any more that ends so soon.
    await moveClock(shop.database.ownerUrl, '2 minutes')
    await control.advance(2 * 60_000)
    await setPrice(120_000)

    const again = buyer.getByRole('button', { name: 'Try the payment page again' })
    await again.click()
    await buyer
      .getByRole('alert')
      .getByText('The price has changed: a GA seat costs $1,200 now. Press the button again')
      .waitFor()
    expect(buyer.url()).toBe(`${shop.origin}/cities/${city}`)
    await again.click()
    await buyer.waitForURL(`${shop.standIn.url}/**`)
    await buyer.getByText('$2,400').first().waitFor()
    await setPrice(100_000)
    expect(visitors.takeComplaints().every((text) => /status of (409|503)/.test(text))).toBe(true)
  },
)

it('tells a buyer two minutes before their hold ends, once, and then that it has', async () => {
  const buyer = await visitors.arrive()
  await buyer.clock.install()
  await buyer.goto(`${shop.origin}/cities/dallas-jan-2026`)
  const onCity = await holdUnpaid(buyer)
  for (const page of [buyer, onCity]) {
    await page.waitForFunction(isHydrated)
    await recordStatuses(page)
  }
  const near = 'Less than 2 minutes are left. Pay for it, or give it back so that others can buy it.'
  const minutes = async (count: number) => {
    await moveClock(shop.database.ownerUrl, `${count} minutes`)
    await shop.standIn.control.advance(count * 60_000)
    await buyer.clock.fastForward(count * 60_000)
  }
  await minutes(11)
  for (const page of [buyer, onCity]) expect(await page.getByText(near).count()).toBe(0)
  await minutes(2)
  for (const page of [buyer, onCity]) await page.getByText(near).waitFor()
  // Whoever comes now reads it, too; it is part of the page, whatever scripts do.
  const late = await buyer.request.get(`${shop.origin}/cities/dallas-jan-2026`)
  expect(await late.text()).toContain('Less than 2 minutes are left.')
  await buyer.clock.runFor(30_000)
  for (const page of [buyer, onCity]) expect(await statusesOf(page)).toEqual([near])
  await minutes(2)
  for (const page of [buyer, onCity]) {
    await page.getByRole('heading', { name: 'Your hold has run out' }).waitFor()
    expect(await page.getByRole('status').filter({ hasText: 'You held 1 seat (GA)' }).count()).toBe(1)
  }
})

it.each([
  ['its seats are free already', true],
  ['nobody has swept it', false],
])('says that a hold has run out, on every page that told of it, where %s', async (_, isSwept) => {
  const buyer = await visitors.arrive()
  await buyer.clock.install()
  await buyer.goto(`${shop.origin}/cities/nyc-apr-2026`)
  await buyer.getByLabel('Email').fill('ada@example.com')
  const onCity = await holdUnpaid(buyer)

  // Where somebody else has claimed the hold, the worker's sweep leaves it alone.
  if (!isSwept) {
    await shop.sql(
      `update reservations set lease_until = 'infinity' where city_id = 'nyc-apr-2026' and status = 'held'`,
    )
  }
  await moveClock(shop.database.ownerUrl, '16 minutes')
  await shop.standIn.control.advance(16 * 60_000)
  if (isSwept) await seesSeats(onCity, 'ga', '35')
  await buyer.clock.fastForward(16 * 60_000)
  for (const page of [buyer, onCity]) {
    await page.getByRole('heading', { name: 'Your hold has run out' }).waitFor()
    await page.getByText('If you have just paid, you do not need to pay again').waitFor()
    expect(await page.getByRole('link', { name: 'Continue to payment' }).count()).toBe(0)
    expect(await page.getByText(/still yours|Nothing was charged/).count()).toBe(0)
  }
  await expect.poll(() => keptIn(buyer)).toBe('tier=ga&quantity=1')
  await buyer.getByRole('link', { name: 'Choose seats again' }).click()
  await buyer.getByRole('heading', { level: 1, name: 'New York' }).waitFor()
})

/** What the tab keeps of an order in New York. */
function keptIn(page: Page) {
  return page.evaluate(() => sessionStorage.getItem('order/nyc-apr-2026'))
}

/** Records from now on what a screen reader is told of a hold by itself. */
async function recordStatuses(page: Page) {
  await page.evaluate(() => {
    const said: string[] = []
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const status = (target instanceof Element ? target : target.parentElement)?.closest('[role=status]')
        const text = status?.textContent ?? ''
        if (/minutes|held/.test(text) && said.at(-1) !== text) said.push(text)
      }
      document.documentElement.dataset.said = JSON.stringify(said)
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
    document.documentElement.dataset.said = '[]'
  })
}

async function statusesOf(page: Page): Promise<unknown> {
  return JSON.parse((await page.evaluate(() => document.documentElement.dataset.said)) ?? 'null')
}

/** Holds a seat on the city's page and cancels. @returns another page of the city, which tells of the hold */
async function holdUnpaid(buyer: Page): Promise<Page> {
  const city = buyer.url()
  await buyer.getByRole('button', { name: 'Hold 1 seat and pay' }).click()
  await buyer.waitForURL(`${shop.standIn.url}/**`)
  await buyer.getByRole('button', { name: 'Cancel' }).click()
  await buyer.getByRole('heading', { name: 'You have not paid yet' }).waitFor()
  const onCity = await buyer.context().newPage()
  await onCity.goto(city)
  await onCity.getByRole('heading', { name: /^You hold 1 seat \(GA\)/ }).waitFor()
  return onCity
}
