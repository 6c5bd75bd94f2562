import type { Page } from 'playwright'
import { beforeAll, expect, it } from 'vitest'
import { runAudit } from '@/lib/audit'
import { decrementInventory, expandInventory, reserveInventory } from '@/lib/inventory'
import { consoleSuite } from '../support/console-suite'
import { watchShifts } from '../support/layout-shifts'
import { serverIsGone } from '../support/server-is-gone'
import { cities } from '../support/stories/city'
import { inTime } from '../support/ticket-pages'
import { workerHasAudited } from '../support/worker-has-audited'

const { shop, visitors, admins } = consoleSuite()

beforeAll(async () => {
  await cities(60)
})

/** The cells of a city's tier, as they are read. */
async function cells(page: Page, city: string, tier: 'GA' | 'VIP'): Promise<string[]> {
  const row = page
    .locator('.city-table__city')
    .filter({ has: page.getByRole('link', { name: city, exact: true }) })
    .getByRole('row')
    .filter({ has: page.getByRole('cell', { name: tier, exact: true }) })
  const texts = await row.getByRole('cell').allTextContents()
  return texts.slice(0, 6)
}

it('shows each number where it belongs, and follows changes without a reload or a move', async () => {
  const { page } = await admins.enter('viewer')
  await page.getByLabel('Find a city').fill('dallas')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await expect.poll(() => cells(page, 'Dallas', 'GA')).toEqual(['GA', '0 of 35', '0', '35', '0', '0%'])
  await page.getByText('Numbers update by themselves').waitFor()
  const shifts = await watchShifts(page)

  await decrementInventory('dallas-jan-2026', 'ga', 30, { sessionId: 'cs_dallas' })
  await expect
    .poll(() => cells(page, 'Dallas', 'GA'), inTime)
    .toEqual(['GA', '30 of 35', '0', '5', '0', '86%'])
  await reserveInventory('dallas-jan-2026', 'ga', 2, 'r-dallas')
  await expect
    .poll(() => cells(page, 'Dallas', 'GA'), inTime)
    .toEqual(['GA', '30 of 35', '2', '3', '0', '86%'])
  await expandInventory('dallas-jan-2026', 'ga', 10, 'Dana')
  await expect
    .poll(() => cells(page, 'Dallas', 'GA'), inTime)
    .toEqual(['GA', '30 of 45', '2', '3', '10', '67%'])
  // The totals are of all cities, and move with the one that is watched.
  await page
    .locator('.totals__one')
    .filter({ hasText: 'In checkouts' })
    .getByText('2', { exact: true })
    .waitFor()
  await page
    .locator('.totals__one')
    .filter({ hasText: 'Hidden left' })
    .getByText('10', { exact: true })
    .waitFor()
  expect(await shifts()).toEqual([])
})

it('finds, filters, orders and pages through many cities, with an address for each view', async () => {
  await expandInventory('chicago-may-2026', 'vip', 1, 'Dana')
  await decrementInventory('chicago-may-2026', 'vip', 16, { sessionId: 'cs_chicago_vip' })
  await decrementInventory('chicago-may-2026', 'ga', 34, { sessionId: 'cs_chicago_ga' })
  const { page } = await admins.enter('viewer')
  const names = page.getByRole('rowheader').getByRole('link')
  await page.getByText('66 cities', { exact: true }).waitFor()
  expect(await names.count()).toBe(50)
  await page.getByRole('link', { name: 'Next' }).click()
  await page.getByText('Page 2 of 2').waitFor()
  expect(await names.count()).toBe(16)

  await page.getByLabel('Find a city').fill('chicago')
  await page.getByLabel('Show', { exact: true }).selectOption('With hidden seats')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await page.getByText('1 city', { exact: true }).waitFor()
  expect(await names.allTextContents()).toEqual(['Chicago'])
  await page.reload()
  await page.getByText('1 city', { exact: true }).waitFor()

  await page.getByRole('link', { name: 'All cities' }).click()
  await page.getByText('66 cities', { exact: true }).waitFor()
  await page.getByLabel('Order').selectOption('Most sold first')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await expect.poll(async () => (await names.allTextContents())[0]).toBe('Chicago')
  await page.getByLabel('Find a city').fill('no such place')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await page.getByRole('heading', { name: 'No city is like that' }).waitFor()
})

it('names what needs attention first', async () => {
  await workerHasAudited()
  await decrementInventory('nyc-apr-2026', 'vip', 12, { sessionId: 'cs_nyc' })
  await shop.sql(`update inventory set sold = 13 where city_id = 'nyc-apr-2026' and tier = 'vip'`)
  await shop.sql(`insert into payments (id, state) values ('pi_lost', 'exception')`)
  await shop.sql(
    `insert into payment_exceptions (payment_id, kind, detail) values ('pi_lost', 'no_seat', 'a story')`,
  )
  await runAudit({ full: true })
  const { page } = await admins.enter('viewer')
  const items = page.getByRole('region', { name: 'Needs attention' }).getByRole('listitem')
  const title = items.locator('strong')
  await title.first().waitFor()
  const titles = await title.allTextContents()
  expect(titles[0]).toMatch(/^The audit found \d+ difference/)
  // The worker may find more: Stripe knows none of these stories' sales.
  expect(titles).toContainEqual(expect.stringMatching(/^\d+ payments? needs? a decision$/))
  await page.getByText('New York VIP: 2 left').waitFor()
  expect(titles).toContain('66 cities still on sale after the date')
  await page.getByRole('link', { name: 'Look at the audit' }).click()
  const difference = 'nyc-apr-2026 VIP, stock row: sold is 13, but 12 by the ledger'
  await page.getByText(difference).first().waitFor()

  // A week of what is new follows, and is clean.
  await shop.sql(`insert into audit_runs (kind, started_at, verdict, rows_walked)
    select 'incremental', app_now(), 'clean', 0 from generate_series(1, 21)`)
  await page.getByRole('navigation', { name: 'Audits' }).getByRole('link', { name: 'All' }).click()
  const differing = page.getByRole('row').filter({ hasText: difference })
  await expect.poll(() => differing.count()).toBe(0)
  await page.getByRole('link', { name: 'Older' }).click()
  await differing.first().waitFor()
  await page.getByRole('link', { name: 'Overview' }).click()
  await page.getByRole('link', { name: 'Look at the audit' }).click()
  await differing.first().waitFor()
})

it('says how old the numbers are when the server is gone', async () => {
  const web = await shop.startWeb(0)
  const { page } = await admins.enter('viewer')
  const cookies = await page.context().cookies()
  await page
    .context()
    .addCookies(cookies.map(({ domain: _, path: __, ...cookie }) => ({ ...cookie, url: web.origin })))
  await page.goto(`${web.origin}/admin/cities/sf-jun-2026`)
  await page.getByText('Numbers update by themselves').waitFor()
  await web.stop()
  await page.getByText(/^Numbers from \d+ s ago, reconnecting$/).waitFor()
  await decrementInventory('sf-jun-2026', 'vip', 3, { sessionId: 'cs_sf' })
  await shop.startWeb(Number(new URL(web.origin).port))
  await page.getByText('Numbers update by themselves').waitFor()
  await page.locator('.panel').filter({ hasText: 'VIP' }).getByText('sold of 15 (20%)').waitFor()
  expect(visitors.takeComplaints().every((text) => serverIsGone.test(text))).toBe(true)
})

it('tells between which days a tier may be sold out, to those without a pointer, too', async () => {
  await shop.sql(`insert into inventory_transactions (city_id, tier, sequence, epoch, operation, quantity, sold_before,
      sold_after, public_limit_before, public_limit_after, actual_limit_before, actual_limit_after, payment_id, occurred_at, hash)
    select 'sf-jun-2026', 'vip', 1000 + n, 0, 'decrement', 1, n - 1, n, 15, 15, 15, 15, 'pi_forecast_' || n,
      app_now() - make_interval(days => 9 - n), sha256('x') from generate_series(1, 8) n`)
  const { page } = await admins.enter('viewer')
  await page.goto(`${shop.origin}/admin?search=francisco`)
  const forecast = page.locator('td[data-label="Likely sold out"]').last()
  await forecast.getByText(/ to | or later/).waitFor()
  expect(await forecast.locator('[title]').count()).toBe(0)
  await page.getByRole('columnheader', { name: 'Likely sold out' }).waitFor()
})
