import type { Page } from 'playwright'
import { expect, it } from 'vitest'
import { isHydrated } from '../support/is-hydrated'
import { startWeb } from '../support/processes'
import { serverIsGone } from '../support/server-is-gone'
import { shopSuite } from '../support/shop-suite'
import { pay } from '../support/ticket-pages'
import { until } from '../support/until'

/** Of requests without an answer, with a proxy's, or refused; Remix adds what it makes of these two. */
const complaints = [
  serverIsGone.source,
  'net::ERR_FAILED',
  'net::ERR_INTERNET_DISCONNECTED',
  'status of (429|502)',
  ': SyntaxError\n',
  'Failed to fetch',
]

const { shop, visitors } = shopSuite({ expected: new RegExp(complaints.join('|')) })

/** How often the page has asked in vain. */
function countFailures(page: Page): () => number {
  let failed = 0
  page.on('requestfailed', () => failed++)
  return () => failed
}

const patiently = { timeout: 20_000 }

it("keeps a buyer's page while the shop is away, and confirms the order when it is back", async () => {
  const web = await shop.startWeb(0)
  const response = await fetch(`${web.origin}/api/checkout-sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ cityId: 'dallas-jan-2026', tier: 'ga', quantity: 2 }),
  })
  const { data } = (await response.json()) as { data: { sessionId: string } }
  const buyer = await visitors.arrive()
  await buyer.goto(`${web.origin}/checkout/success?session_id=${data.sessionId}`)
  await buyer.getByRole('heading', { name: 'Confirming your payment' }).waitFor()

  const failures = countFailures(buyer)
  await web.stop()
  await expect.poll(failures, patiently).toBeGreaterThan(2)
  await buyer.getByRole('heading', { name: 'Confirming your payment' }).waitFor()
  await shop.standIn.control.pay(data.sessionId)
  await shop.startWeb(Number(new URL(web.origin).port))
  await buyer.getByRole('heading', { name: 'See you in Dallas' }).waitFor()
})

it('keeps the page of somebody who waits for a sale while the shop is away, and opens it when it is back', async () => {
  const setSale = (state: string) =>
    shop.sql(`update cities set sale_state = $1 where id = 'sf-jun-2026'`, [state])
  await setSale('upcoming')
  const web = await shop.startWeb(0)
  const visitor = await visitors.arrive()
  await visitor.clock.install()
  await visitor.goto(`${web.origin}/cities/sf-jun-2026`)
  await visitor.getByRole('heading', { name: 'Not on sale yet' }).waitFor()
  const later = () => visitor.clock.fastForward(20_000)

  let probes = 0
  visitor.on('requestfailed', (request) => (probes += Number(request.url().endsWith('/healthz'))))
  await web.stop()
  await expect.poll(() => later().then(() => probes), patiently).toBeGreaterThan(1)
  await visitor.getByRole('heading', { name: 'Not on sale yet' }).waitFor()
  await setSale('on_sale')
  await shop.startWeb(Number(new URL(web.origin).port))
  await expect
    .poll(() => later().then(() => visitor.getByRole('button', { name: /^Hold/ }).count()), patiently)
    .toBe(1)
})

it('keeps the page on which a hold runs out while the shop is away', async () => {
  const web = await shop.startWeb(0)
  const visitor = await visitors.arrive()
  await visitor.clock.install()
  await visitor.goto(`${web.origin}/cities/nyc-apr-2026`)
  await visitor.getByRole('button', { name: /^Hold/ }).click()
  await visitor.waitForURL(/\/pay\//)
  await visitor.goto(`${web.origin}/cities/nyc-apr-2026`)
  const held = visitor.getByRole('heading', { name: 'You hold 1 seat (GA)' })
  await held.waitFor()
  await visitor.getByText('Numbers update by themselves').waitFor()

  let probes = 0
  visitor.on('requestfailed', (request) => (probes += Number(request.url().endsWith('/healthz'))))
  await web.stop()
  await visitor.clock.fastForward('16:00')
  await expect.poll(() => visitor.clock.fastForward(4_000).then(() => probes), patiently).toBeGreaterThan(1)
  await held.waitFor()
})

it('keeps what a buyer has chosen when the network fails at the button, and when they come back from payment', async () => {
  const buyer = await visitors.arrive()
  const city = `${shop.origin}/cities/vegas-mar-2026`
  await buyer.goto(city)
  await buyer.getByRole('radio', { name: 'VIP' }).check()
  await buyer.getByLabel('How many seats').selectOption('3')
  await buyer.getByLabel('Email').fill('ada@example.com')
  await buyer.route(
    (url) => /\.data$|^\/healthz$/.test(url.pathname),
    (route) => route.abort(),
  )
  await buyer.getByRole('button', { name: 'Hold 3 seats and pay' }).click()
  await buyer.getByRole('heading', { level: 1, name: 'We cannot reach the shop' }).waitFor()
  await buyer.unrouteAll()
  await seesTheOrder()

  await buyer.getByRole('button', { name: 'Hold 3 seats and pay' }).click()
  await buyer.waitForURL(/\/pay\//)
  await buyer.goBack()
  await buyer.getByRole('heading', { name: 'You hold 3 seats (VIP)' }).waitFor()
  await seesTheOrder()

  // Once it is made, another visitor of the same tab must not send theirs to this address.
  await buyer.getByRole('link', { name: 'Continue to payment' }).click()
  await pay(buyer)
  await buyer.getByRole('heading', { name: 'See you in Las Vegas' }).waitFor()
  // Its scripts do so once they run.
  await expect.poll(() => buyer.evaluate(() => sessionStorage.getItem('order/vegas-mar-2026'))).toBeNull()
  await buyer.goto(city)
  await buyer.getByRole('button', { name: 'Hold 1 seat and pay' }).waitFor()
  expect(await buyer.getByLabel('Email').inputValue()).toBe('')

  async function seesTheOrder() {
    await buyer.getByRole('button', { name: 'Hold 3 seats and pay' }).waitFor(patiently)
    expect(await buyer.getByRole('radio', { name: 'VIP' }).isChecked()).toBe(true)
    expect(await buyer.getByLabel('Email').inputValue()).toBe('ada@example.com')
  }
})

it('keeps the page of a buyer who gives seats back without a network, and says that they still hold them', async () => {
  const buyer = await visitors.arrive()
  await buyer.goto(`${shop.origin}/cities/chicago-may-2026`)
  await buyer.getByLabel('Email').fill('ada@example.com')
  await buyer.getByRole('button', { name: 'Hold 1 seat and pay' }).click()
  await buyer.waitForURL(/\/pay\//)
  await buyer.goBack()
  const giveBack = buyer.getByRole('button', { name: 'Give it back' })
  await giveBack.waitFor()
  await buyer.waitForFunction(isHydrated)
  await buyer.context().setOffline(true)
  await giveBack.click()
  await buyer.getByRole('alert').getByText('you still hold it').waitFor()
  await buyer.getByRole('heading', { name: 'You hold 1 seat (GA)' }).waitFor()
  expect(await giveBack.evaluate((button) => button === document.activeElement)).toBe(true)
  expect(await buyer.getByLabel('Email').inputValue()).toBe('ada@example.com')
  expect(await buyer.evaluate(() => sessionStorage.getItem('order/chicago-may-2026'))).toContain('ada')

  await buyer.context().setOffline(false)
  await giveBack.click()
  await buyer.getByRole('heading', { name: 'Your seat is given back (GA)' }).waitFor()
})

it.each(['the network', 'a proxy'])(
  'says whose fault it is not when %s fails, and comes back by itself',
  async (what) => {
    const visitor = await visitors.arrive()
    // Once to know the page's scripts, without which Remix has the browser load the whole page.
    await visitor.goto(`${shop.origin}/cities/dallas-jan-2026`)
    await visitor.waitForFunction(isHydrated)
    await visitor.getByRole('link', { name: '6FB Methodologies' }).click()
    await visitor.getByRole('heading', { level: 1, name: 'Workshops' }).waitFor()
    let isAway = true
    let probes = 0
    await visitor.route(
      (url) => /\.data$|^\/healthz$/.test(url.pathname),
      (route) => {
        probes += Number(route.request().url().endsWith('/healthz'))
        if (!isAway) return route.continue()
        return what === 'a proxy'
          ? route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' })
          : route.abort()
      },
    )
    await visitor.getByRole('link', { name: 'Dallas' }).click()
    await visitor.getByRole('heading', { level: 1, name: 'We cannot reach the shop' }).waitFor()
    expect(await visitor.getByText('our fault').count()).toBe(0)
    const focused = () => visitor.evaluate(() => document.activeElement?.textContent)
    await expect.poll(focused).toBe('We cannot reach the shop')
    await expect.poll(() => probes, patiently).toBeGreaterThan(0)
    await visitor.getByRole('heading', { level: 1, name: 'We cannot reach the shop' }).waitFor()
    isAway = false
    await visitor.getByRole('heading', { level: 1, name: 'Dallas' }).waitFor()
  },
)

it('tells somebody whose network asks too often so, and comes back by itself', async () => {
  const web = await startWeb({
    DATABASE_URL: shop.database.appUrl,
    STRIPE_API_BASE: shop.standIn.url,
    STRIPE_WEBHOOK_SECRET: 'whsec_shop',
    RATE_LIMITS: 'read=60/15',
  })
  /** For ten seconds at least. */
  const askTooOften = () =>
    until(async () => {
      const asked = Array.from({ length: 20 }, () => fetch(`${web.origin}/api/inventory`))
      return (await Promise.all(asked)).some(({ headers }) => Number(headers.get('retry-after')) >= 10)
    }, 60_000)
  const visitor = await visitors.arrive()
  await visitor.goto(`${web.origin}/cities/dallas-jan-2026`)
  await visitor.waitForFunction(isHydrated)
  await visitor.getByRole('link', { name: '6FB Methodologies' }).click()
  await visitor.getByRole('heading', { level: 1, name: 'Workshops' }).waitFor()
  await askTooOften()
  await visitor.getByRole('link', { name: 'Dallas' }).click()
  await visitor.getByRole('heading', { level: 1, name: 'Too many requests' }).waitFor()
  await visitor.getByRole('heading', { level: 1, name: 'Dallas' }).waitFor()

  await askTooOften()
  await visitor.goto(web.origin)
  await visitor.getByRole('heading', { level: 1, name: 'Too many requests' }).waitFor()
  await visitor.getByRole('heading', { level: 1, name: 'Workshops' }).waitFor()
  await web.stop()
})
