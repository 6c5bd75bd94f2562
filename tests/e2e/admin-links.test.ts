import { expect, it } from 'vitest'
import { decrementInventory } from '@/lib/inventory'
import { expandCapacity, setHiddenSale } from '@/lib/inventory/admin'
import { issueLink } from '@/lib/links/issue-link'
import { somebody } from '../support/accounts'
import { consoleSuite } from '../support/console-suite'

/** Private links, from their making to the seats that somebody buys by them, and to their end. */

const { shop, visitors, admins } = consoleSuite({ expected: /status of 4(09|22)/ })

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

  const setSale = (state: string) =>
    shop.sql(`update cities set sale_state = $1 where id = $2`, [state, city])
  await setSale('paused')
  const friend = await visitors.arrive()
  await friend.goto(`${shop.origin}${new URL(url).pathname}${new URL(url).search}`)
  await friend.getByText('It can be used once seats are on sale. Good until').waitFor()
  expect(await friend.getByText('you can buy').count()).toBe(0)
  await page.goto(`${shop.origin}/admin/links`)
  expect(await page.locator('#issue-cityId option').allTextContents()).toContain(
    'Las Vegas, Mar 15, 2026 (paused)',
  )
  await setSale('on_sale')
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
