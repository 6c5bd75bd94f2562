import { expect, it } from 'vitest'
import { startWeb } from '../support/processes'
import { shopSuite } from '../support/shop-suite'
import { inTime, pay, seesSeats } from '../support/ticket-pages'
import { until } from '../support/until'

const { shop, visitors } = shopSuite()

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
  await buyer.getByText('We hold them for 15 minutes.').waitFor()
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
  const reference = new URL(buyer.url()).searchParams.get('session_id') ?? 'none'
  await buyer.getByRole('definition').getByText(reference, { exact: true }).waitFor()
  await seesSeats(watcher, 'ga', '33', inTime)
})

it('works without scripts, confirmation included', async () => {
  const buyer = await visitors.arrive({ javaScriptEnabled: false })
  await buyer.goto(shop.origin)
  await buyer.getByRole('link', { name: 'Las Vegas' }).click()
  await buyer.getByLabel('VIP').check()
  expect(await buyer.locator('.freshness').innerText()).toBe(
    'Numbers from when this page was loaded. Reload it for new ones.',
  )
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
  const email = buyer.getByLabel('Email')
  await expect.poll(() => email.evaluate((field) => field === document.activeElement)).toBe(true)

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

it('tells the new price to a buyer whose page showed another one, and then takes them to it', async () => {
  const buyer = await visitors.arrive()
  await buyer.goto(`${shop.origin}/cities/sf-jun-2026`)
  await buyer.getByLabel('How many seats').selectOption('2')
  await buyer.getByText('$2,000').waitFor()
  await shop.sql(`update prices set amount_cents = 120000 where city_id = 'sf-jun-2026' and tier = 'ga'`)
  await buyer.getByRole('button', { name: 'Hold 2 seats and pay' }).click()
  await buyer.getByRole('alert').getByText('a GA seat costs $1,200 now').waitFor()
  await buyer.getByText('$2,400').waitFor()
  await buyer.getByRole('button', { name: 'Hold 2 seats and pay' }).click()
  await buyer.waitForURL(`${shop.standIn.url}/**`)
  await buyer.getByText('2,400').first().waitFor()
  expect(visitors.takeComplaints().every((text) => /status of 409/.test(text))).toBe(true)
})

it('tells a buyer whose bank takes days what to quote, and whom to write to, on a phone too', async () => {
  const web = await startWeb({ ...shop.environment, SUPPORT_EMAIL: 'help@example.com' })
  const { session } = await shop.standIn.control.createSession({
    metadata: { cityId: 'sf-jun-2026', ticketType: 'VIP', quantity: '1' },
  })
  await shop.standIn.control.pay(session.id, { method: 'debit' })
  const buyer = await visitors.arrive({ viewport: { width: 390, height: 844 } })
  await buyer.goto(`${web.origin}/checkout/success?session_id=${session.id}`)
  await buyer.getByRole('heading', { name: 'Your bank is sending the payment' }).waitFor()
  await buyer.getByRole('definition').getByText(session.id, { exact: true }).waitFor()
  const links = buyer.getByRole('link', { name: 'help@example.com' })
  expect(await links.evaluateAll((all) => all.map((one) => one.getAttribute('href')))).toEqual([
    `mailto:help@example.com?subject=Order%20${session.id}`,
    'mailto:help@example.com',
  ])
  expect(await buyer.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await buyer.getByRole('link', { name: 'See all workshops' }).click()
  await buyer.getByText('Numbers update by themselves').waitFor()
  expect(await links.count()).toBe(1)
  await web.stop()
})

it("confirms the order of a payment link's buyer whose webhook was lost", async () => {
  const { control } = shop.standIn
  await control.setWebhooks({ deliver: 'manual' })
  // The worker's first look at all sessions is over, and the next one is minutes away.
  const looks = `select id from pgboss.job where name = 'stripe-reconcile' and data = '{}' and state = 'completed'`
  await until(async () => (await shop.rows(looks)).length > 0, 30_000)
  const metadata = { cityId: 'sf-jun-2026', ticketType: 'VIP', quantity: '1' }
  const { session } = await control.createSession({ metadata })
  await control.pay(session.id)
  const buyer = await visitors.arrive()
  await buyer.goto(`${shop.origin}/checkout/success?session_id=${session.id}`)
  await buyer.getByRole('heading', { name: 'We do not know this order yet' }).waitFor()
  await buyer.getByRole('heading', { name: 'See you in San Francisco' }).waitFor()
})
