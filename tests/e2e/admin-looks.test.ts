import type { Page } from 'playwright'
import { beforeAll, expect, it } from 'vitest'
import { decrementInventory, expandInventory, reserveInventory } from '@/lib/inventory'
import { ownersBrowsers, testThatNobodyIsKeptOut } from '../support/console-pages'
import { consoleSuite } from '../support/console-suite'
import { lostWords } from '../support/large-text'

/** No page of the console keeps anybody out: screen readers, dark rooms, phones. */

const suite = consoleSuite({ expected: /status of 404/ })
const { shop } = suite
const { arrive, open } = ownersBrowsers(suite)

beforeAll(async () => {
  await decrementInventory('dallas-jan-2026', 'ga', 30, { sessionId: 'cs_dallas' })
  await expandInventory('dallas-jan-2026', 'ga', 10, 'Dana', 'A second room')
  await reserveInventory('dallas-jan-2026', 'ga', 2, 'r-dallas')
})

const city = '/admin/cities/dallas-jan-2026'
/** Each with its heading. */
const pages = [
  ['/admin', 'Overview'],
  ['/admin?search=nowhere', 'Overview'],
  [city, 'Dallas'],
  [`${city}?range=hours`, 'Dallas'],
  [`${city}?range=all`, 'Dallas'],
  [`${city}?cursor=awaiting~1~r-dallas`, 'Dallas'],
  [`${city}/ledger`, 'Ledger of Dallas'],
  [`${city}/ledger?from=never`, 'Ledger of Dallas'],
  [`${city}/expand?tier=ga`, 'Add hidden GA seats in Dallas'],
  [`${city}/reduce?tier=ga`, 'Take GA seats away in Dallas'],
  [`${city}/reduce?tier=ga&to=36`, 'Take GA seats away in Dallas'],
  [`${city}/relimit?tier=vip`, 'Change the public VIP limit in Dallas'],
  [`${city}/hidden-sale?tier=ga&to=private`, 'Keep hidden GA seats in Dallas private'],
  [`${city}/sale-state?to=paused`, 'Pause the sale of Dallas'],
  [`${city}/sale-state?to=on_sale`, 'Open the sale of Dallas'],
  [`${city}/reset`, 'Reset Dallas'],
  [`${city}/undo-reset`, 'Undo the reset of Dallas'],
  [`${city}/release?reservation=r-dallas`, 'Release a hold in Dallas'],
  ['/admin/audits', 'Audits'],
] as const

testThatNobodyIsKeptOut(pages, open)

it.each(['/admin', '/admin/bulk', '/admin/settings/cities/sf-jun-2026'])(
  'has room on a phone for the name of a city that is one long word: %s',
  async (path) => {
    const name = 'Mönchengladbach'.repeat(4)
    await shop.sql(`update cities set name = $1 where id = 'sf-jun-2026'`, [name])
    const page = await arrive({ viewport: { width: 390, height: 844 } })
    await page.goto(shop.origin + path)
    await page.getByText(name).first().waitFor()
    for (const summary of await page.locator('.confirm > summary').all()) await summary.click()
    expect(await page.evaluate(widerThanTheirBox)).toEqual([])
    await shop.sql(`update cities set name = 'San Francisco' where id = 'sf-jun-2026'`)
  },
)

it.each([768, 1024, 1152, 1280])('breaks no word in the overview %i pixels wide', async (width) => {
  const page = await open('/admin', 'Overview', { viewport: { width, height: 800 } })
  expect(await lostWords(page)).toEqual([])
})

/** What can be moved sideways, the page itself included; the links of the frame may be. */
function widerThanTheirBox(): string[] {
  return [document.documentElement, ...document.querySelectorAll('main, main .choices')]
    .filter((box) => box.scrollWidth > box.clientWidth)
    .map((box) => `${box.tagName}: ${box.scrollWidth} in ${box.clientWidth}`)
}

it('says the same to whoever chooses all colours', async () => {
  const page = await open('/admin', 'Overview', { forcedColors: 'active' })
  const lineBelow = (name: string) =>
    page
      .getByRole('navigation', { name: 'Console' })
      .getByRole('link', { name })
      .evaluate((link) => getComputedStyle(link).borderBottomColor)
  expect(await lineBelow('Overview')).not.toBe(await lineBelow('Payments'))
  const key = await page.locator('.seat-key__swatch, .chart__swatch').all()
  expect(key).toHaveLength(6)
  const colours = key.map((swatch) => swatch.evaluate((shown) => getComputedStyle(shown).backgroundColor))
  expect(await Promise.all(colours)).not.toContain('rgb(255, 255, 255)')
})

it('is worked by keyboard alone', async () => {
  const page = await open(city, 'Dallas')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content')
  await page.keyboard.press('Enter')
  const link = page.getByRole('link', { name: 'Add VIP seats' })
  await tabTo(page, 'Add VIP seats')
  expect(await link.evaluate((element) => element.matches(':focus-visible'))).toBe(true)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Add hidden VIP seats in Dallas' }).waitFor()
  await page.getByLabel('Seats to add').focus()
  await page.keyboard.type('4')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'VIP: 4 seats added' }).waitFor()
  // What was done is read out, and the way back is next.
  const notice = page.getByRole('status').filter({ hasText: 'VIP: 4 seats added' })
  await expect.poll(() => notice.evaluate((box) => box === document.activeElement)).toBe(true)
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Take them away again')
})

async function tabTo(page: Page, text: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab')
    if ((await page.evaluate(() => document.activeElement?.textContent)) === text) return
  }
  throw new Error(`${text} is not reached by the keyboard`)
}
