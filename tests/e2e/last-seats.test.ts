import type { Page } from 'playwright'
import { expect, it } from 'vitest'
import { shopSuite } from '../support/shop-suite'
import { inTime, seesSeats } from '../support/ticket-pages'
import { until } from '../support/until'

/** A city's page that is open while its last seats go. */

const { shop, visitors } = shopSuite()

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
  // No event would tell the page of it later.
  await until(async () => {
    const response = await fetch(`${shop.origin}/api/inventory?cityId=chicago-may-2026`)
    return (await response.text()).includes('"publicAvailable":{"ga":1,')
  })
  let isCut = true
  await buyer.route('**/api/inventory/stream*', (route) => (isCut ? route.abort() : route.continue()))
  await buyer.goto(`${shop.origin}/cities/chicago-may-2026`)
  await seesSeats(buyer, 'ga', '1')
  await buyer.getByText('Numbers from').waitFor()
  await setGa(0)
  await buyer.getByRole('button', { name: 'Hold 1 seat and pay' }).click()
  await buyer.getByRole('alert').waitFor()
  await seesSeats(buyer, 'ga', 'None left now')
  await buyer.getByRole('alert').getByText('GA is sold out for now; a seat may come back').waitFor()
  // Once one has come back, nobody reads any more that there is none.
  isCut = false
  await setGa(1)
  await seesSeats(buyer, 'ga', '1')
  expect(await buyer.getByRole('alert').count()).toBe(0)
  visitors.takeComplaints()
  await setGa(35)
})

it('says nothing more of how few seats there were once there are none to choose', async () => {
  const buyer = await visitors.arrive()
  const setHeld = (held: number) =>
    shop.sql(`update inventory set actual_limit = public_limit, public_changed_at = app_now(),
      sold = public_limit - (tier = 'ga')::int, held = case tier when 'ga' then ${held} else 0 end
      where city_id = 'chicago-may-2026'`)
  await setHeld(0)
  await buyer.goto(`${shop.origin}/cities/chicago-may-2026`)
  await seesSeats(buyer, 'ga', '1')
  await buyer.getByLabel('How many seats').selectOption('2')
  await buyer.getByRole('button', { name: 'Hold 2 seats and pay' }).click()
  const refusal = buyer.locator('#quantity-error').getByText('Only 1 GA tickets available, but 2 requested')
  await refusal.waitFor()
  expect(visitors.takeComplaints().every((text) => /status of 409/.test(text))).toBe(true)
  await setHeld(1)
  await buyer.getByRole('heading', { name: 'The last seats are in checkouts' }).waitFor()
  expect(await refusal.count()).toBe(0)
  // It was said of a button that has gone, and does not come back with another.
  await setHeld(0)
  await buyer.getByRole('button', { name: 'Hold 2 seats and pay' }).waitFor()
  expect(await refusal.count()).toBe(0)
})

it('tells a screen reader of numbers now and then, and at once that a tier is gone', async () => {
  const setGa = (left: number) =>
    shop.sql(
      `update inventory set sold = public_limit - $1, held = 0, actual_limit = public_limit, public_changed_at = app_now()
      where city_id = 'sf-jun-2026' and tier = 'ga'`,
      [left],
    )
  const visitor = await visitors.arrive()
  await visitor.clock.install()
  await visitor.goto(`${shop.origin}/cities/sf-jun-2026`)
  await visitor.getByText('Numbers update by themselves').waitFor()
  await visitor.clock.pauseAt(new Date(Date.now() + 60_000))
  const spoken = visitor.getByRole('status').filter({ hasText: 'General admission' })
  await setGa(34)
  await seesSeats(visitor, 'ga', '34')
  const before = await spoken.textContent()
  for (const left of [33, 32]) {
    await setGa(left)
    await seesSeats(visitor, 'ga', String(left))
    expect(await spoken.textContent()).toBe(before)
  }
  await visitor.clock.runFor(15_000)
  expect(await spoken.textContent()).toBe('General admission (GA): 32 left. VIP: 15 left.')
  await setGa(0)
  await expect
    .poll(() => visitor.clock.runFor(1_000).then(() => words(visitor)), inTime)
    .toBe('None left now')
  expect(await spoken.textContent()).toBe('General admission (GA): None left now. VIP: 15 left.')
})

it('leads a buyer who has to choose a tier to one that can be bought, not to the one that is gone', async () => {
  const buyer = await visitors.arrive()
  await setStock('actual_limit = public_limit, sold = 0, held = 0')
  await buyer.goto(`${shop.origin}/cities/chicago-may-2026`)
  await seesSeats(buyer, 'ga', '35')
  await buyer.getByRole('radio', { name: /General admission/ }).check()
  await setStock(`sold = case tier when 'ga' then public_limit else 0 end`)
  await seesSeats(buyer, 'ga', 'None left now')
  await buyer.getByText('No seats chosen').waitFor()
  await buyer.getByRole('button', { name: 'Hold 1 seat and pay' }).click()
  await buyer.getByRole('link', { name: 'Choose GA or VIP' }).click()
  expect(visitors.takeComplaints().every((text) => /status of 422/.test(text))).toBe(true)
  const vip = buyer.getByRole('radio', { name: /VIP/ })
  await expect.poll(() => vip.evaluate((field) => field === document.activeElement)).toBe(true)
  await setStock('sold = 0')

  function setStock(columns: string) {
    return shop.sql(`update inventory set ${columns}, public_changed_at = app_now()
      where city_id = 'chicago-may-2026'`)
  }
})

it('asks whether a tier has last seats once somebody looks, not from behind other tabs', async () => {
  const visitor = await visitors.arrive()
  await visitor.clock.install()
  await visitor.goto(`${shop.origin}/cities/dallas-jan-2026`)
  const loads: string[] = []
  visitor.on('request', (request) => request.url().includes('.data') && loads.push(request.url()))
  await show(visitor, 'hidden')
  await shop.sql(`update inventory set sold = public_limit, public_changed_at = app_now()
    where city_id = 'dallas-jan-2026' and tier = 'vip'`)
  await seesSeats(visitor, 'vip', '1', inTime)
  await visitor.clock.fastForward(10_000)
  expect(loads).toEqual([])
  await show(visitor, 'visible')
  await seesSeats(visitor, 'vip', 'None left now', inTime)
  expect(loads).toHaveLength(1)
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

  const asked = await countQuestions(visitor)
  await show(visitor, 'hidden')
  await shop.sql(`update inventory set actual_limit = actual_limit + 1
    where city_id = 'vegas-mar-2026' and tier = 'ga'`)
  for (let times = 0; times < 3; times++) await later(visitor)
  expect(await asked()).toBe(0)
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

function words(page: Page): Promise<string | null> {
  return page.locator('#tier-ga-stock').textContent()
}

/** Counts from now on how often the page asks whether it can load: it does before each load, as soon as its time has come. */
async function countQuestions(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const { dataset } = document.documentElement
    dataset.questions = '0'
    const load = window.fetch.bind(window)
    window.fetch = (input, init) => {
      if (input === '/healthz') dataset.questions = String(Number(dataset.questions) + 1)
      return load(input, init)
    }
  })
  return async () => Number(await page.evaluate(() => document.documentElement.dataset.questions))
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
