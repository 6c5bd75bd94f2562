import type { Page, Route } from 'playwright'
import { expect, it, vi } from 'vitest'
import { expandCapacity, setHiddenSale } from '@/lib/inventory/admin'
import { decrementInventory } from '@/lib/inventory'
import { consoleSuite } from '../support/console-suite'
import { issueLink } from '@/lib/links/issue-link'
import { somebody } from '../support/accounts'
import { cities } from '../support/stories/city'

/** Private links, many cities at once, and alerts: each job from signing in to the row in the audit log. */

const { shop, visitors, admins } = consoleSuite({ expected: /status of 4(03|09|22)/ })

it('issues a private link, through which somebody buys hidden seats, until it is revoked', async () => {
  const city = 'vegas-mar-2026'
  const authority = { authorizedBy: 'Dana' }
  await decrementInventory(city, 'vip', 15, { sessionId: 'cs_all' })
  await expandCapacity(city, 'vip', 5, authority)
  await setHiddenSale(city, 'vip', 'private', authority)
  const { page, email } = await admins.enter('operator')
  await page.goto(`${shop.origin}/admin/cities/${city}`)
  await page.getByRole('main').getByRole('link', { name: 'Private links' }).click()
  await page.getByRole('heading', { level: 1, name: 'Private links' }).waitFor()
  expect(await page.getByLabel('City').inputValue()).toBe(city)
  await page.getByLabel('Tier').selectOption('vip')
  await page.getByLabel('Seats at most').fill('none')
  await page.getByRole('button', { name: 'Make the link' }).click()
  await page.getByRole('link', { name: 'Seats must be a whole number' }).waitFor()
  expect(await page.getByLabel('City').inputValue()).toBe(city)
  await page.getByLabel('Seats at most').fill('3')
  await page.getByRole('button', { name: 'Make the link' }).click()
  const url = (await page.locator('[data-secret]').textContent()) ?? ''
  expect(url).toContain(`/cities/${city}?link=`)

  const buyer = await visitors.arrive()
  await buyer.goto(`${shop.origin}/cities/${city}`)
  await buyer.getByText('None left now').first().waitFor()
  await buyer.goto(`${shop.origin}${new URL(url).pathname}${new URL(url).search}`)
  await buyer.getByText('Your link: up to 3 seats, VIP').waitFor()
  expect(await buyer.content()).not.toMatch(/actualLimit|actualAvailable/)
  await buyer.getByLabel('How many seats').selectOption('4')
  await buyer.getByRole('button', { name: /^Hold/ }).click()
  const problem = buyer.getByRole('alert').getByRole('link')
  await problem.getByText('This link has 3 seats left, but 4 requested').click()
  await buyer.getByLabel('How many seats').selectOption('2')
  await buyer.getByRole('button', { name: /^Hold/ }).click()
  await buyer.waitForURL(/\/pay\//)

  await page.goto(`${shop.origin}/admin/links`)
  const row = page.getByRole('row').filter({ hasText: 'Las Vegas, VIP' })
  expect(await row.locator('[data-label="In checkouts"]').textContent()).toBe('2')
  await row.locator('summary').click()
  await row.getByText('2 seats in checkouts can still be paid').waitFor()
  await row.getByRole('button', { name: /^Revoke/ }).click()
  await page.getByRole('heading', { name: 'The link is revoked' }).waitFor()
  await buyer.goto(`${shop.origin}${new URL(url).pathname}${new URL(url).search}`)
  await buyer.getByText('This link is not valid any more').waitFor()
  expect((await admins.auditRows(email, city)).map(({ action, outcome }) => [action, outcome])).toEqual([
    ['link.revoke', 'applied'],
    ['link.issue', 'applied'],
    ['link.issue', 'refused'],
  ])
})

it.each([{ javaScriptEnabled: true }, { javaScriptEnabled: false }])(
  'takes whoever follows a private link to its seats at once, and keeps them from no other: %o',
  async (browsing) => {
    const city = 'sf-jun-2026'
    const issued = await issueLink(
      { cityId: city, tier: 'vip', seats: 1, days: 1, email: 'ada@example.com' },
      somebody,
    )
    if (!issued.ok) throw new Error(issued.code)
    const path = `/cities/${city}?link=${issued.value.token}`

    const ada = await visitors.arrive(browsing)
    await ada.goto(shop.origin + path)
    await ada.getByRole('button', { name: /^Hold/ }).click()
    await ada
      .getByRole('alert')
      .getByRole('link', { name: /^Enter the email address/ })
      .waitFor()
    await ada.getByLabel('Email', { exact: true }).fill('ada@example.com')
    await ada.getByRole('button', { name: /^Hold/ }).click()
    await ada.waitForURL(/\/pay\//)
    await ada.getByRole('button', { name: 'Cancel' }).click()
    await ada.getByRole('link', { name: 'Back to San Francisco' }).click()
    await ada.waitForURL(shop.origin + path)
    await ada.getByRole('heading', { name: 'You hold 1 seat (VIP)' }).waitFor()

    // While she holds the link's only seat.
    const bob = await visitors.arrive(browsing)
    await bob.goto(shop.origin + path)
    await bob.getByText('VIP seats of this link are gone').waitFor()
    await bob.getByRole('radio', { name: 'VIP' }).check()
    await bob.getByRole('button', { name: /^Hold/ }).click()
    await bob.waitForURL(/\/pay\//)

    await ada.getByRole('button', { name: 'Give it back' }).click()
    await ada.getByText('Your link: up to 1 seat, VIP').waitFor()
    await ada.getByRole('radio', { name: 'General admission' }).check()
    await ada.getByRole('button', { name: /^Hold/ }).click()
    await ada.waitForURL(/\/pay\//)
  },
)

it('shows the links of one city page by page, so that the oldest can be revoked', async () => {
  const city = 'dallas-jan-2026'
  await shop.sql(
    `insert into private_links (token_hash, city_id, tier, seats, note, created_by, created_at, expires_at)
     select sha256((c.id || n)::bytea), c.id, 'ga', 2, c.id || ' ' || n, 'tests', now() - make_interval(mins => n), now() + interval '1 day'
     from generate_series(1, 51) n, cities c where c.id in ($1, 'nyc-apr-2026')`,
    [city],
  )
  const { page, email } = await admins.enter('operator')
  await page.goto(`${shop.origin}/admin/links`)
  await page.getByLabel('Links of').selectOption(city)
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  const rows = page.getByRole('table', { name: 'Private links' }).locator('tbody tr')
  await expect.poll(() => rows.filter({ hasText: 'Dallas' }).count()).toBe(50)
  expect(await rows.count()).toBe(50)
  await page.getByRole('link', { name: 'Older' }).click()
  const oldest = rows.filter({ hasText: `${city} 51` })
  await oldest.locator('summary').click()
  await oldest.getByRole('button', { name: /^Revoke/ }).click()
  await page.getByRole('heading', { name: 'The link is revoked' }).waitFor()
  // Still among this city's links, where it was; no link there is active any more.
  await page.getByRole('heading', { name: 'No link is active' }).waitFor()
  await page.getByRole('link', { name: 'Newest' }).click()
  await expect.poll(() => rows.count()).toBe(50)
  await page.getByLabel('Which').selectOption('All')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await page.getByRole('link', { name: 'Older' }).click()
  await rows
    .filter({ hasText: `${city} 51` })
    .getByText('Revoked')
    .waitFor()
  expect(await admins.auditRows(email, city)).toMatchObject([{ action: 'link.revoke', outcome: 'applied' }])
})

it('adds seats to many cities, step by step, and leaves one alone whose numbers moved', async () => {
  const ids = await cities(60)
  const { page, email } = await admins.enter('operator')
  await page.getByRole('link', { name: 'Many cities' }).click()
  await page.getByLabel('Find cities').fill('city-')
  await page.getByRole('button', { name: 'Show' }).click()
  await page.getByRole('link', { name: 'Choose all 60' }).click()
  await page.getByRole('link', { name: 'Choose none' }).waitFor()
  await page.getByLabel('Seats for each city').fill('3')
  await page.getByRole('button', { name: 'See what it would change' }).click()
  await page.getByRole('heading', { level: 1, name: 'Add 3 GA seats to 60 cities' }).waitFor()
  await page.getByText('180 hidden seats altogether').waitFor()
  await expandCapacity(ids[7] ?? '', 'ga', 1, { authorizedBy: 'Somebody else' })
  await page.getByRole('button', { name: 'Add 3 GA seats to 60 cities' }).click()
  await page.getByRole('heading', { level: 1, name: '59 of 60 cities changed' }).waitFor()
  await page.getByText('The limit is now 36, no longer 35').waitFor()
  const limits = await shop.rows<{ limit: number; count: number }>(
    `select actual_limit as limit, count(*)::int from inventory where tier = 'ga' and city_id like 'city-%'
     group by 1 order by 1`,
  )
  expect(limits).toEqual([
    { limit: 36, count: 1 },
    { limit: 38, count: 59 },
  ])
  const rows = await admins.auditRows(email)
  expect(rows.filter(({ outcome }) => outcome === 'applied')).toHaveLength(59)
  expect(await admins.auditRows(email, ids[7])).toMatchObject([{ outcome: 'refused', code: 'numbers_moved' }])
})

it('goes on by a button where there are no scripts', async () => {
  await cities(30)
  const { page } = await admins.enter('operator', { javaScriptEnabled: false })
  await page.goto(`${shop.origin}/admin/bulk?search=city-&choose=all`)
  const all = await page.getByRole('checkbox').count()
  await page.getByLabel('Tier').selectOption('vip')
  await page.getByRole('button', { name: 'See what it would change' }).click()
  await page.getByRole('button', { name: `Add 5 VIP seats to ${all} cities` }).click()
  await page.getByText('25 changed, 0 left as they were').waitFor()
  for (let done = 25; done < all; done += 25) await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('heading', { level: 1, name: `${all} of ${all} cities changed` }).waitFor()
})

it('keeps what a run has done in view when a later step is refused', async () => {
  const [done, next] = await cities(2)
  const { page } = await admins.enter('operator')
  const answer = await page.request.post(`${shop.origin}/admin/bulk`, {
    headers: { origin: shop.origin },
    form: {
      ...{ form: 'run', operation: 'expand', tier: 'ga', additionalSpots: '5' },
      // No reason can be stored that has this in it.
      reason: 'a\0b',
      targets: JSON.stringify([[next, 35]]),
      results: JSON.stringify([{ cityId: done, ok: true, text: 'limit 40' }]),
    },
  })
  expect(answer.status()).toBe(409)
  const html = (await answer.text()).replaceAll('<!-- -->', '')
  expect(html).toContain('The run has stopped here')
  expect(html).toContain('1 changed, 0 left as they were, 1 to go.')
  expect(html).toContain('limit 40')
  expect(html).toContain('Go on</button>')
  expect(html).not.toContain('Nothing was changed')
})

it('does a run once though every step of it is sent twice', async () => {
  const { page, email } = await admins.enter('operator', { javaScriptEnabled: false })
  await page.goto(`${shop.origin}/admin/bulk?search=city-&choose=all`)
  const all = await page.getByRole('checkbox').count()
  await page.getByLabel('Tier').selectOption('vip')
  await page.getByRole('button', { name: 'See what it would change' }).click()
  await page.getByRole('button', { name: `Add 5 VIP seats to ${all} cities` }).dblclick()
  await page.getByText('25 changed, 0 left as they were').waitFor()
  for (let done = 25; done < all; done += 25) await page.getByRole('button', { name: 'Go on' }).dblclick()
  await page.getByRole('heading', { level: 1, name: `${all} of ${all} cities changed` }).waitFor()
  expect(await admins.auditRows(email)).toHaveLength(all)
})

it('resets many cities for an owner who types their number; an operator cannot', async () => {
  await decrementInventory('nyc-apr-2026', 'ga', 3, { sessionId: 'cs_nyc' })
  const operator = await admins.enter('operator')
  await operator.page.goto(`${shop.origin}/admin/bulk`)
  expect(await operator.page.getByLabel('Change').locator('option').allTextContents()).toEqual([
    'Add hidden seats',
  ])
  const { page, email } = await admins.enter('owner')
  await page.goto(`${shop.origin}/admin/bulk`)
  await page.getByRole('checkbox', { name: /New York/ }).check()
  await page.getByRole('checkbox', { name: /Chicago/ }).check()
  await page.getByLabel('Change').selectOption('reset')
  await page.getByRole('button', { name: 'See what it would change' }).click()
  await page.getByRole('link', { name: 'Say why' }).waitFor()
  expect(await page.getByRole('checkbox', { name: /New York/ }).isChecked()).toBe(true)
  await page.getByLabel('Why').fill('Rehearsal')
  await page.getByRole('button', { name: 'See what it would change' }).click()
  await page.getByText('3 sold seats of 1 payment are no longer counted').waitFor()
  await page.getByRole('button', { name: 'Reset 2 cities' }).click()
  await page.getByRole('link', { name: 'Type 2, the number of cities' }).waitFor()
  await page.getByLabel('Type 2').fill('2')
  await page.getByRole('button', { name: 'Reset 2 cities' }).click()
  await page.getByRole('heading', { level: 1, name: '2 of 2 cities changed' }).waitFor()
  await page.getByText('3 sold seats no longer counted').waitFor()
  expect(await admins.auditRows(email, 'nyc-apr-2026')).toMatchObject([
    { action: 'inventory.reset', outcome: 'applied', reason: 'Rehearsal', before: { ga: { sold: 3 } } },
  ])
})

it('tells the team something, shows its deliveries, and says which channel is not set up', async () => {
  const { page, email } = await admins.enter('operator')
  await page.getByRole('link', { name: 'Alerts', exact: true }).click()
  await page.locator('summary', { hasText: 'Tell the team something' }).click()
  await page.getByRole('button', { name: 'Send the message' }).click()
  await page.getByRole('link', { name: 'Write what people should know' }).waitFor()
  await page.getByLabel('Message').fill('The hall is closed')
  await page.getByLabel('How urgent').selectOption('urgent')
  await page.getByRole('button', { name: 'Send the message' }).click()
  await page.getByRole('heading', { level: 1, name: 'The hall is closed' }).waitFor()
  await page.getByRole('row').filter({ hasText: 'SMS' }).getByText('Not set up').waitFor()
  await page.getByRole('button', { name: /Send again by SMS/ }).click()
  await page.getByText('This channel reaches nobody: it is not set up.').waitFor()
  await page.goto(`${shop.origin}/admin/alerts`)
  await page.locator('summary', { hasText: 'Send a test' }).click()
  await page.getByRole('button', { name: 'Test Slack (not set up)' }).click()
  await page.getByText('Slack reaches nobody: it is not set up.').waitFor()
  expect((await admins.auditRows(email)).map(({ action, code }) => [action, code])).toEqual([
    ['alert.test', 'not_configured'],
    ['alert.resend', 'not_configured'],
    ['alert.send', null],
    ['alert.send', 'invalid'],
  ])
})

it('sends a message once, though the form comes twice', async () => {
  const { page, email } = await admins.enter('operator')
  await page.goto(`${shop.origin}/admin/alerts`)
  const send = (message: string) =>
    page.evaluate(
      async ([text, key]) => {
        const body = new URLSearchParams({
          form: 'send',
          urgency: 'normal',
          message: text ?? '',
          key: key ?? '',
        })
        const answer = await fetch('/admin/alerts', { method: 'POST', body })
        return [answer.status, answer.url.replace(/.*alerts/, '')]
      },
      [message, 'one-key'] as const,
    )
  const [first, second] = await Promise.all([send('Only once'), send('Only once')])
  expect(first).toEqual(second)
  expect(await send('Another message')).toEqual([409, ''])
  expect(await admins.auditRows(email)).toHaveLength(1)
})

it('edits thresholds, quiet hours and recipients; what does not fit is kept and explained', async () => {
  const { page, email } = await admins.enter('owner')
  await page.goto(`${shop.origin}/admin/alerts/settings`)
  await page.getByLabel('GA 1: seats left').fill('3')
  await page.getByRole('button', { name: 'Save the thresholds' }).click()
  await page
    .getByRole('alert')
    .getByText(/fewer seats need a more severe level/)
    .first()
    .waitFor()
  expect(await page.getByLabel('GA 1: seats left').inputValue()).toBe('3')
  await page.getByLabel('GA 1: seats left').fill('30')
  await page.getByRole('button', { name: 'Save the thresholds' }).click()
  await page.getByRole('heading', { name: 'The thresholds are saved' }).waitFor()
  await page.getByLabel('Quiet hours').check()
  await page.getByLabel('Time zone').fill('Mars')
  await page.getByRole('button', { name: 'Save when alerts wait' }).click()
  await page.getByRole('link', { name: 'Use a full name of a time zone' }).waitFor()
  await page.getByRole('heading', { name: 'The thresholds are saved' }).waitFor({ state: 'detached' })
  await page.getByLabel('Time zone').fill('America/New_York')
  await page.getByRole('button', { name: 'Save when alerts wait' }).click()
  await page.getByRole('heading', { name: 'The settings are saved' }).waitFor()
  await page.getByLabel('These instead').check()
  await page.getByLabel('Email addresses').fill('ada@example.com\nbob@example.com')
  await page.getByRole('button', { name: 'Save who is told' }).click()
  const saved = `select value from settings where key = 'alerts' and value ->> 'recipients' is not null`
  await expect
    .poll(() => shop.rows(saved))
    .toMatchObject([
      {
        value: {
          quiet: { from: '22:00', to: '07:00', timeZone: 'America/New_York' },
          recipients: { emails: ['ada@example.com', 'bob@example.com'], phones: [] },
        },
      },
    ])
  expect((await admins.auditRows(email)).map(({ action, outcome }) => [action, outcome])).toEqual([
    ['settings.alerts', 'applied'],
    ['settings.alerts', 'applied'],
    ['settings.alerts', 'refused'],
    ['alert.thresholds', 'applied'],
    ['alert.thresholds', 'refused'],
  ])
})

it('moves the focus to the title, or to what is wrong, when the next step has the same address', async () => {
  const { page } = await admins.enter('operator')
  const press = async (name: string) => {
    await page.getByRole('button', { name }).focus()
    await page.keyboard.press('Enter')
  }
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.slice(0, 50))
  await page.goto(`${shop.origin}/admin/bulk?search=sf-jun&choose=all`)
  await press('See what it would change')
  await expect.poll(focused).toBe('Add 5 GA seats to 1 city')
  await press('Add 5 GA seats to 1 city')
  await expect.poll(focused).toBe('1 of 1 city changed')

  await page.goto(`${shop.origin}/admin/cities/sf-jun-2026/reduce?tier=ga`)
  const limit = page.getByLabel('Limit afterwards')
  await limit.fill('many')
  for (let times = 0; times < 2; times++) {
    await press('Show what would change')
    await expect.poll(focused).toMatch(/^There is a problem/)
  }
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  expect(await limit.evaluate((field) => field === document.activeElement)).toBe(true)
  await limit.fill('36')
  await press('Show what would change')
  await page.getByRole('row', { name: 'Limit 40 36' }).waitFor()
  await expect.poll(focused).toBe('Take GA seats away in San Francisco')
})

it('leaves the focus where an admin has put it, also while what was wrong is still shown', async () => {
  const { page } = await admins.enter('owner')
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.slice(0, 50))
  await page.goto(`${shop.origin}/admin/bulk?search=sf-jun&choose=all`)
  await page.getByLabel('Change').selectOption('reset')
  await page.getByLabel('Why').fill('Rehearsal')
  await page.getByRole('button', { name: 'See what it would change' }).click()
  const count = page.getByLabel('Type 1')
  for (const typed of ['2', '3']) {
    await count.fill(typed)
    const answer = await holdAnswer(page, () => count.press('Enter'))
    await expect
      .poll(() => page.getByRole('button', { name: 'Reset 1 city' }).getAttribute('aria-disabled'))
      .toBe('true')
    expect(await count.evaluate((field) => field === document.activeElement)).toBe(true)
    await answer()
    await expect.poll(focused).toMatch(/^Nothing was changed/)
  }
})

it('stops a run of many cities by a button, without losing the focus', async () => {
  await cities(60)
  const { page } = await admins.enter('operator')
  const focused = () => page.evaluate(() => document.activeElement?.textContent)
  await page.goto(`${shop.origin}/admin/bulk?search=city-&choose=all`)
  const all = await page.getByRole('checkbox').count()
  await page.getByRole('button', { name: 'See what it would change' }).click()
  const add = page.getByRole('button', { name: `Add 5 GA seats to ${all} cities` })
  await add.waitFor()
  const first = await holdAnswer(page, () => add.click())
  const second = await holdAnswer(page, first)
  await page.getByRole('button', { name: 'Stop after these' }).press('Enter')
  expect(await focused()).toBe(`25 of ${all} cities`)
  await second()
  await page.getByRole('heading', { level: 1, name: `50 of ${all} cities` }).waitFor()
  await page.getByRole('button', { name: 'Go on' }).waitFor()
  expect(await focused()).toBe(`50 of ${all} cities`)
})

/** Does what sends a form, and keeps it waiting. @returns lets it have its answer */
async function holdAnswer(page: Page, send: () => unknown): Promise<() => Promise<void>> {
  let held: Route | undefined
  await page.route(/\/admin\/bulk/, async (route) => {
    if (held || route.request().method() !== 'POST') await route.fallback()
    else held = route
  })
  await send()
  const route = await vi.waitUntil(() => held)
  return () => route.continue()
}
