import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { launchBrowser } from '../support/browser'
import { openShop, type Shop } from '../support/shop'
import { moveClock } from '../support/stories/clock'
import { visitorsOf, type Visitors } from '../support/visitors'

let browser: Browser
let shop: Shop
let visitors: Visitors

beforeAll(async () => {
  ;[browser, shop] = await Promise.all([launchBrowser(), openShop()])
  visitors = visitorsOf(browser)
})

afterEach(async () => {
  await visitors.leave()
  expect(visitors.takeComplaints(), 'complaints in the console').toEqual([])
})

afterAll(async () => {
  await browser?.close()
  await shop?.close()
})

const inTime = { timeout: 1_000 }

/** Waits until a tier's figure reads so. */
async function seesSeats(page: Page, tier: 'ga' | 'vip', words: string, options = {}) {
  await page.locator(`#tier-${tier}-stock`).getByText(words, { exact: true }).waitFor(options)
}

async function pay(page: Page, email = 'ada@example.com') {
  await page.getByLabel('Email').fill(email)
  await page.getByRole('button', { name: 'Pay', exact: true }).click()
}

it('sells a ticket from the list to the confirmation, and other browsers see the number change', async () => {
  const watcher = await visitors.arrive()
  await watcher.goto(`${shop.otherOrigin}/cities/dallas-jan-2026`)
  await seesSeats(watcher, 'ga', '35')
  const browsing = await visitors.arrive()
  await browsing.goto(shop.otherOrigin)

  const buyer = await visitors.arrive()
  await buyer.goto(shop.origin)
  await buyer.getByRole('link', { name: 'Dallas' }).click()
  await buyer.getByRole('heading', { level: 1, name: 'Dallas' }).waitFor()
  await buyer.getByLabel('General admission').check()
  await buyer.getByLabel('How many seats').selectOption('2')
  await buyer.getByText('$2,000').waitFor()
  await buyer.getByLabel('Email').fill('ada@example.com')
  await buyer.getByRole('button', { name: 'Hold 2 seats and pay' }).click()
  await buyer.waitForURL(`${shop.standIn.url}/**`)
  // Held seats are gone for others, in another process and without a reload.
  await seesSeats(watcher, 'ga', '33', inTime)
  await browsing
    .getByRole('article')
    .filter({ hasText: 'Dallas' })
    .getByText('33', { exact: true })
    .waitFor(inTime)

  await pay(buyer)
  await buyer.waitForURL(`${shop.origin}/checkout/success?**`)
  await buyer.getByRole('heading', { name: 'See you in Dallas' }).waitFor()
  await buyer.getByText('You have 2 seats (GA).').waitFor()
  await seesSeats(watcher, 'ga', '33', inTime)
})

it('works without scripts, confirmation included', async () => {
  const buyer = await visitors.arrive({ javaScriptEnabled: false })
  await buyer.goto(shop.origin)
  await buyer.getByRole('link', { name: 'Las Vegas' }).click()
  await buyer.getByLabel('VIP').check()
  await buyer.getByLabel('How many seats').selectOption('3')
  await buyer.getByRole('button', { name: 'Hold seats and pay' }).click()
  await buyer.waitForURL(`${shop.standIn.url}/**`)
  await pay(buyer)
  await buyer.getByRole('heading', { name: 'See you in Las Vegas' }).waitFor()
  await buyer.getByText('You have 3 seats (VIP).').waitFor()
})

it('keeps what a visitor picks before the scripts arrive', async () => {
  const visitor = await visitors.arrive()
  let letThrough = () => {}
  const picked = new Promise<void>((resolve) => (letThrough = resolve))
  await visitor.route('**/assets/*.js', async (route) => {
    await picked
    await route.continue()
  })
  await visitor.goto(`${shop.origin}/cities/chicago-may-2026`, { waitUntil: 'commit' })
  await visitor.getByLabel('VIP').check()
  await visitor.getByLabel('How many seats').selectOption('3')
  await visitor.getByRole('button', { name: 'Hold seats and pay' }).waitFor()
  letThrough()
  await visitor.getByRole('button', { name: 'Hold 3 seats and pay' }).waitFor()
  await visitor.getByText('$4,500').waitFor()
  // The stream's numbers draw the form again.
  await shop.sql(`update inventory set sold = 1, public_changed_at = app_now()
    where city_id = 'chicago-may-2026' and tier = 'ga'`)
  await seesSeats(visitor, 'ga', '34')
  expect(await visitor.getByLabel('VIP').isChecked()).toBe(true)
  expect(await visitor.getByLabel('How many seats').inputValue()).toBe('3')
})

it('keeps the seats of a buyer who comes back without paying, and frees them when they say so', async () => {
  const watcher = await visitors.arrive()
  await watcher.goto(`${shop.otherOrigin}/cities/nyc-apr-2026`)
  const buyer = await visitors.arrive()
  await buyer.goto(`${shop.origin}/cities/nyc-apr-2026`)
  await buyer.getByRole('button', { name: 'Hold 1 seat and pay' }).click()
  await buyer.waitForURL(`${shop.standIn.url}/**`)
  const payUrl = buyer.url()

  await buyer.getByRole('button', { name: 'Cancel' }).click()
  await buyer.getByRole('heading', { name: 'You have not paid yet' }).waitFor()
  await seesSeats(watcher, 'ga', '34', inTime)
  expect(await buyer.getByRole('link', { name: 'Continue to payment' }).getAttribute('href')).toBe(payUrl)

  await buyer.getByRole('button', { name: 'Give it back' }).click()
  await buyer.waitForURL(`${shop.origin}/cities/nyc-apr-2026`)
  await seesSeats(buyer, 'ga', '35')
  await seesSeats(watcher, 'ga', '35', inTime)
})

it('shows the hold to a buyer who presses "back" on the payment page, and lets them go on', async () => {
  const buyer = await visitors.arrive()
  await buyer.goto(`${shop.origin}/cities/sf-jun-2026`)
  await buyer.getByRole('button', { name: 'Hold 1 seat and pay' }).click()
  await buyer.waitForURL(`${shop.standIn.url}/**`)
  const payUrl = buyer.url()
  await buyer.goBack()
  // Within a quarter of an hour of midnight the hold ends on another day, which is then named.
  await buyer
    .getByRole('heading', { name: /^You hold 1 seat \(GA\) until (\w+ \d+ at )?\d+:\d\d\s[AP]M P[SD]T$/ })
    .waitFor()
  // Asking for the same again leads to the same page, not to a second hold.
  await buyer.getByRole('button', { name: 'Hold 1 seat and pay' }).click()
  await buyer.waitForURL(payUrl)
})

it('says what is wrong, moves there, and keeps what was typed', async () => {
  await shop.sql(`update inventory set sold = 31 where city_id = 'chicago-may-2026' and tier = 'ga'`)
  const buyer = await visitors.arrive()
  await buyer.goto(`${shop.origin}/cities/chicago-may-2026`)
  await seesSeats(buyer, 'ga', '4')
  await buyer.getByLabel('How many seats').selectOption('5')
  await buyer.getByLabel('Email').fill('ada@example')
  await buyer.getByRole('button', { name: 'Hold 5 seats and pay' }).click()
  const summary = buyer.getByRole('alert')
  await summary.getByRole('link', { name: /email/i }).click()
  expect(await buyer.getByLabel('Email').evaluate((field) => field === document.activeElement)).toBe(true)

  await buyer.getByLabel('Email').fill('ada@example.com')
  await buyer.getByRole('button', { name: 'Hold 5 seats and pay' }).click()
  await summary.getByText('Only 4 GA tickets available, but 5 requested').waitFor()
  expect(await buyer.getByLabel('How many seats').inputValue()).toBe('5')
  expect(await buyer.getByLabel('Email').inputValue()).toBe('ada@example.com')
  // The browser itself notes every answer of 4xx.
  expect(visitors.takeComplaints().every((text) => /status of 4(09|22)/.test(text))).toBe(true)
})

it('shows that sales are paused to a buyer whose page was open before, once they press the button', async () => {
  const setSale = (state: string) =>
    shop.sql(`update cities set sale_state = $1 where id = 'sf-jun-2026'`, [state])
  const buyer = await visitors.arrive()
  await buyer.goto(`${shop.origin}/cities/sf-jun-2026`)
  await setSale('paused')
  await buyer.getByRole('button', { name: 'Hold 1 seat and pay' }).click()
  await buyer.getByRole('alert').waitFor()
  await buyer.getByRole('heading', { name: 'Sales are paused' }).waitFor()
  expect(await buyer.getByRole('button').count()).toBe(0)
  await setSale('on_sale')
  expect(visitors.takeComplaints().every((text) => /status of 409/.test(text))).toBe(true)
})

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

it('turns into "Last 1", then into "Sold out" with other cities, while it is looked at', async () => {
  const visitor = await visitors.arrive()
  await visitor.goto(`${shop.origin}/cities/atlanta-feb-2026`)
  await shop.sql(`update inventory set sold = public_limit, public_changed_at = app_now()
    where city_id = 'atlanta-feb-2026' and tier = 'vip'`)
  await seesSeats(visitor, 'vip', 'None left now', inTime)
  await shop.sql(`update inventory set sold = public_limit - 1, public_changed_at = app_now()
    where city_id = 'atlanta-feb-2026' and tier = 'ga'`)
  await visitor.locator('#tier-ga-stock').getByText('Last').waitFor(inTime)
  await shop.sql(`update inventory set held = 1, public_changed_at = app_now()
    where city_id = 'atlanta-feb-2026' and tier = 'ga'`)
  await visitor.getByRole('heading', { name: 'The last seats are in checkouts' }).waitFor(inTime)
  await shop.sql(`update inventory set held = 0, sold = public_limit, public_changed_at = app_now()
    where city_id = 'atlanta-feb-2026' and tier = 'ga'`)
  await seesSeats(visitor, 'vip', 'Sold out', inTime)
  await visitor.getByRole('heading', { name: 'Sold out' }).waitFor(inTime)
  expect(await visitor.getByRole('button').count()).toBe(0)
})

it('keeps what was typed, and the focus, while the last public seat goes and hidden ones still sell', async () => {
  const buyer = await visitors.arrive()
  await shop.sql(`update inventory set sold = public_limit - (tier = 'ga')::int, public_changed_at = app_now()
    where city_id = 'chicago-may-2026'`)
  await buyer.goto(`${shop.origin}/cities/chicago-may-2026`)
  await buyer.locator('#tier-ga-stock').getByText('Last').waitFor()
  const email = buyer.getByLabel('Email')
  await email.fill('ada@example.com')
  // With no other seat to sell, the form goes until somebody gives one back.
  await setGa(`held = 1`)
  await buyer.getByRole('heading', { name: 'The last seats are in checkouts' }).waitFor(inTime)
  expect(await email.count()).toBe(0)
  await setGa(`held = 0`)
  await email.waitFor()
  expect(await email.inputValue()).toBe('ada@example.com')

  await email.focus()
  await setGa(`held = 1, actual_limit = public_limit + 5`)
  await seesSeats(buyer, 'ga', 'Limited: last seats')
  expect(await email.inputValue()).toBe('ada@example.com')
  expect(await email.evaluate((field) => field === document.activeElement)).toBe(true)

  // One tier comes back in the moment in which the other goes.
  await setGa(`held = 0`)
  await seesSeats(buyer, 'ga', '1')
  await shop.sql(`update inventory set sold = public_limit - (tier = 'vip')::int, public_changed_at = app_now()
    where city_id = 'chicago-may-2026'`)
  await seesSeats(buyer, 'vip', '1')
  await seesSeats(buyer, 'ga', 'Limited: last seats', inTime)

  function setGa(columns: string) {
    return shop.sql(`update inventory set ${columns}, public_changed_at = app_now()
      where city_id = 'chicago-may-2026' and tier = 'ga'`)
  }
})

it('says beside a refusal that the last public seat is gone, though no event can tell of it', async () => {
  const buyer = await visitors.arrive()
  const setGa = (left: number) =>
    shop.sql(`update inventory set actual_limit = public_limit, held = 0, public_changed_at = app_now(),
      sold = case tier when 'ga' then public_limit - ${left} else 0 end where city_id = 'chicago-may-2026'`)
  await setGa(1)
  await buyer.route('**/api/inventory/stream*', (route) => route.abort())
  await buyer.goto(`${shop.origin}/cities/chicago-may-2026`)
  await seesSeats(buyer, 'ga', '1')
  await buyer.getByText('Numbers from').waitFor()
  await setGa(0)
  await buyer.getByRole('button', { name: 'Hold 1 seat and pay' }).click()
  await buyer.getByRole('alert').waitFor()
  await seesSeats(buyer, 'ga', 'None left now')
  visitors.takeComplaints()
  await setGa(35)
})

it('leads a buyer who has to choose a tier to one that can be bought, not to the one that is gone', async () => {
  const buyer = await visitors.arrive()
  await setStock('actual_limit = public_limit, sold = 0, held = 0')
  await buyer.goto(`${shop.origin}/cities/chicago-may-2026`)
  await seesSeats(buyer, 'ga', '35')
  await buyer.getByRole('radio', { name: /General admission/ }).check()
  await setStock(`sold = case tier when 'ga' then public_limit else 0 end`)
  await seesSeats(buyer, 'ga', 'None left now')
  await buyer.getByRole('button', { name: 'Hold 1 seat and pay' }).click()
  await buyer.getByRole('link', { name: 'Choose GA or VIP' }).click()
  expect(visitors.takeComplaints().every((text) => /status of 422/.test(text))).toBe(true)
  const vip = buyer.getByRole('radio', { name: /VIP/ })
  expect(await vip.evaluate((field) => field === document.activeElement)).toBe(true)
  await setStock('sold = 0')

  function setStock(columns: string) {
    return shop.sql(`update inventory set ${columns}, public_changed_at = app_now()
      where city_id = 'chicago-may-2026'`)
  }
})

it('keeps "Limited: last seats" and "None left now" right, though no public number changes any more', async () => {
  const visitor = await visitors.arrive()
  const browsing = await visitors.arrive()
  for (const page of [visitor, browsing]) await page.clock.install()
  await visitor.goto(`${shop.origin}/cities/vegas-mar-2026`)
  await browsing.goto(shop.otherOrigin)
  const onCard = browsing.getByRole('article').filter({ hasText: 'Las Vegas' }).locator('dd').first()
  await shop.sql(`update inventory set sold = public_limit, actual_limit = public_limit + 5,
    public_changed_at = app_now() where city_id = 'vegas-mar-2026' and tier = 'ga'`)
  await seesSeats(visitor, 'ga', 'Limited: last seats', inTime)
  await onCard.getByText('Last seats').waitFor(inTime)

  await visitor.getByLabel('How many seats').selectOption('6')
  await visitor.getByRole('button', { name: 'Hold 6 seats and pay' }).click()
  await visitor.getByRole('alert').waitFor()
  expect(visitors.takeComplaints().every((text) => /status of 409/.test(text))).toBe(true)
  await visitor.getByLabel('Email').focus()

  await shop.sql(`update inventory set sold = actual_limit where city_id = 'vegas-mar-2026' and tier = 'ga'`)
  const later = (page: Page) => page.clock.fastForward(75_000)
  // Slowly enough for each load to arrive before the next one is due.
  const inTurn = { interval: 1_000, timeout: 20_000 }
  await expect.poll(() => later(visitor).then(() => words(visitor)), inTurn).toBe('None left now')
  // What the buyer was told stays, and takes the focus once.
  await visitor.getByRole('alert').waitFor()
  expect(await visitor.getByLabel('Email').evaluate((field) => field === document.activeElement)).toBe(true)
  await expect.poll(() => later(browsing).then(() => onCard.textContent()), inTurn).toBe('None left')

  await show(visitor, 'hidden')
  await shop.sql(`update inventory set actual_limit = actual_limit + 1
    where city_id = 'vegas-mar-2026' and tier = 'ga'`)
  await later(visitor)
  expect(await words(visitor)).toBe('None left now')
  await expect.poll(() => show(visitor, 'visible').then(() => words(visitor))).toBe('Limited: last seats')

  // Whoever comes and goes lets what is being loaded arrive; an aborted answer can be an error in the console.
  await countAborted(visitor)
  for (let times = 0; times < 20; times++) await show(visitor, 'visible')
  expect(await visitor.evaluate(() => document.documentElement.dataset.aborted)).toBe('0')

  // What is never answered is given up.
  await visitor.route(/vegas-mar-2026\.data/, () => undefined, { times: 1 })
  await shop.sql(`update inventory set sold = actual_limit where city_id = 'vegas-mar-2026' and tier = 'ga'`)
  await expect.poll(() => later(visitor).then(() => words(visitor)), inTurn).toBe('None left now')
})

it("confirms the order of a payment link's buyer whose webhook was lost", async () => {
  const { control } = shop.standIn
  await control.setWebhooks({ deliver: 'manual' })
  // The worker's first look at all sessions is over, and the next one is minutes away.
  const looks = `select id from pgboss.job where name = 'stripe-reconcile' and state = 'completed'`
  await expect.poll(() => shop.rows(looks), { timeout: 30_000 }).toHaveLength(1)
  const metadata = { cityId: 'sf-jun-2026', ticketType: 'VIP', quantity: '1' }
  const { session } = await control.createSession({ metadata })
  await control.pay(session.id)
  const buyer = await visitors.arrive()
  await buyer.goto(`${shop.origin}/checkout/success?session_id=${session.id}`)
  await buyer.getByRole('heading', { name: 'We do not know this order yet' }).waitFor()
  await buyer.getByRole('heading', { name: 'See you in San Francisco' }).waitFor()
})

it('says that a hold has run out, on every page that told of it, and offers no payment any more', async () => {
  const buyer = await visitors.arrive()
  await buyer.clock.install()
  await buyer.goto(`${shop.origin}/cities/nyc-apr-2026`)
  await buyer.getByRole('button', { name: 'Hold 1 seat and pay' }).click()
  await buyer.waitForURL(`${shop.standIn.url}/**`)
  await buyer.getByRole('button', { name: 'Cancel' }).click()
  await buyer.getByRole('heading', { name: 'You have not paid yet' }).waitFor()
  const onCity = await buyer.context().newPage()
  await onCity.goto(`${shop.origin}/cities/nyc-apr-2026`)
  await onCity.getByRole('heading', { name: /^You hold 1 seat \(GA\)/ }).waitFor()

  // Somebody else has claimed the hold, so the worker's sweep leaves it alone.
  await shop.sql(
    `update reservations set lease_until = 'infinity' where city_id = 'nyc-apr-2026' and status = 'held'`,
  )
  await moveClock(shop.database.ownerUrl, 16)
  await shop.standIn.control.advance(16 * 60_000)
  await buyer.clock.fastForward(16 * 60_000)
  for (const page of [buyer, onCity]) {
    await page.getByRole('heading', { name: 'Your hold has run out' }).waitFor()
    await page.getByText('If you have just paid, you do not need to pay again').waitFor()
    expect(await page.getByRole('link', { name: 'Continue to payment' }).count()).toBe(0)
    expect(await page.getByText(/still yours|Nothing was charged/).count()).toBe(0)
  }
})

function words(page: Page): Promise<string | null> {
  return page.locator('#tier-ga-stock').textContent()
}

/** Counts the page's loads that it gives up, in an attribute of the document. */
async function countAborted(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { dataset } = document.documentElement
    dataset.aborted = '0'
    const load = window.fetch.bind(window)
    window.fetch = (input, init) => {
      const signal = init?.signal ?? (input instanceof Request ? input.signal : null)
      signal?.addEventListener('abort', () => (dataset.aborted = String(Number(dataset.aborted) + 1)))
      return load(input, init)
    }
  })
}

/** Puts the page's tab behind another one, or back in front. */
async function show(page: Page, visibilityState: DocumentVisibilityState): Promise<void> {
  await page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, visibilityState)
}
