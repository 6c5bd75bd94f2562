import type { Page } from 'playwright'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { raiseAlerts } from '@/lib/alerts/raise'
import { reserveInventory } from '@/lib/inventory'
import { issueLink } from '@/lib/links/issue-link'
import { transact } from '@/lib/queues/transaction'
import { somebody } from '../support/accounts'
import { type OpenPage, ownersBrowsers, testThatNobodyIsKeptOut, unfold } from '../support/console-pages'
import { consoleSuite } from '../support/console-suite'
import { isHydrated } from '../support/is-hydrated'
import { phone } from '../support/large-text'
import { pay } from '../support/stories/payments'

/** The console's pages about payments, alerts, links and settings keep nobody out: screen readers, dark rooms, phones. */

const suite = consoleSuite({ expected: /status of 4(04|22)/ })
const { shop } = suite
const { owner, arrive, open: openPath } = ownersBrowsers(suite)
const ids = { payment: '', exception: '', alert: '', account: '' }

beforeAll(async () => {
  process.env.STRIPE_API_BASE = shop.standIn.url
  await pay({ cityId: 'dallas-jan-2026', quantity: 3, name: 'fits' })
  await pay({ cityId: 'dallas-jan-2026', quantity: 40, name: 'too-many' })
  await reserveInventory('sf-jun-2026', 'vip', 2, 'r-at-hand')
  await issueLink(
    { cityId: 'dallas-jan-2026', tier: 'vip', seats: 4, days: 7, email: 'ada@example.com' },
    somebody,
  )
  const [alert = ''] = await transact((trx) =>
    raiseAlerts(trx, [
      { kind: 'manual', subject: 'A message', body: 'Of two lines.\nThis is the other one.' },
    ]),
  )
  const [found] = await shop.rows<{ payment: string; exception: string; account: string }>(
    `select payment_id as payment, id::text as exception from payment_exceptions where kind = 'no_seat'`,
  )
  await shop.sql(`update payments set dispute = 'open' where id = $1`, [found?.payment])
  const [account] = await shop.rows<{ id: string }>(`select id from admin_accounts where email = $1`, [
    owner.email,
  ])
  Object.assign(ids, found, { alert, account: account?.id })
})

/** With the ids filled in that a path names. */
const open: OpenPage = (path, heading, options) =>
  openPath(
    path.replace(/:(\w+)/g, (_, name: keyof typeof ids) => encodeURIComponent(ids[name])),
    heading,
    options,
  )

/** Each with its heading. */
const pages = [
  ['/admin/payments', 'Payments'],
  ['/admin/payments?search=ada@example.com', 'Payments'],
  ['/admin/payments?search=nobody', 'Payments'],
  ['/admin/payments?search=r-at-hand', 'Payments'],
  ['/admin/payments/disputed', 'Disputed payments'],
  ['/admin/payments/:payment', 'Payment'],
  ['/admin/exceptions', 'Exceptions'],
  ['/admin/exceptions?state=resolved', 'Exceptions'],
  ['/admin/exceptions?state=all&search=nobody', 'Exceptions'],
  ['/admin/exceptions/:exception', 'Paid, but no seat is left'],
  ['/admin/exceptions/:exception?cityId=atlanta-feb-2026&tier=ga&quantity=2', 'Paid, but no seat is left'],
  ['/admin/alerts', 'Alerts'],
  ['/admin/alerts?show=failed', 'Alerts'],
  ['/admin/alerts/:alert', 'A message'],
  ['/admin/alerts/settings', 'Thresholds and channels'],
  ['/admin/links', 'Private links'],
  ['/admin/bulk', 'Many cities'],
  ['/admin/queues', 'Queues'],
  ['/admin/audit-log', 'Audit log'],
  ['/admin/audit-log?actor=nobody', 'Audit log'],
  ['/admin/audit-log?from=yesterday', 'Audit log'],
  ['/admin/settings/cities', 'Settings'],
  ['/admin/settings/cities/new', 'Add a city'],
  ['/admin/settings/cities/dallas-jan-2026', 'Dallas'],
  ['/admin/settings/payments', 'Settings'],
  ['/admin/settings/admins', 'Settings'],
  ['/admin/settings/admins/:account', 'Admin'],
  ['/admin/settings/tokens', 'Settings'],
] as const

testThatNobodyIsKeptOut(pages, open)

describe.each(pages)('%s', (path, heading) => {
  it('says the same without scripts', async () => {
    const mainOf = (page: Page) => page.getByRole('main').innerText()
    // Numbers may move between two visits: what differs is looked at again.
    await vi.waitFor(async () => {
      const plain = await open(path, heading, { javaScriptEnabled: false })
      const scripted = await open(path, heading)
      await Promise.all([plain, scripted].map(unfold))
      await scripted.waitForFunction(isHydrated)
      expect(await mainOf(plain)).toBe(await mainOf(scripted))
    }, 40_000)
  })
})

it('ends each value of a phone’s card at its right edge', async () => {
  const page = await open('/admin/exceptions', 'Exceptions', phone)
  const gaps = await page.locator('.records td').evaluateAll((cells) =>
    cells.map((cell) => {
      const range = document.createRange()
      const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT)
      const ends: number[] = []
      for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        range.selectNode(text)
        ends.push(...[...range.getClientRects()].map(({ right }) => right))
      }
      return cell.getBoundingClientRect().right - Math.max(...ends)
    }),
  )
  // A tag has a little room around its words.
  expect(gaps.filter((gap) => gap > 10)).toEqual([])
  expect(gaps.length).toBeGreaterThan(3)
})

describe.each([768, 1024, 1280])('beside an address that is very long, %i pixels wide', (width) => {
  it('keeps short words, amounts and buttons in one piece, dates on two lines, and the table in the page', async () => {
    const email = `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.example.com`
    await shop.sql('update admin_accounts set email = $1 where id = $2', [email, ids.account])
    await shop.sql('update private_links set email = $1', [email])
    await shop.sql('update payments set email = $1', [email])
    const viewport = { width, height: 800 }
    for (const [path, heading] of [
      ['/admin/settings/admins', 'Settings'],
      ['/admin/links', 'Private links'],
      [`/admin/payments?search=${email}`, 'Payments'],
    ] as const) {
      const page = await arrive({ viewport })
      await page.goto(shop.origin + path)
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
      await page.getByRole('row').nth(1).waitFor()
      // React compares what stands there with what it would write.
      await page.waitForFunction(isHydrated)
      await page.evaluate(widenDates)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      expect(await page.evaluate(cutWords)).toEqual([])
      expect(await page.evaluate(scatteredDates)).toEqual([])
    }
  })
})

/** What stands on several lines in a table, though it is one short word. */
function cutWords(): string[] {
  const isCut = (cell: Element) => {
    const range = document.createRange()
    range.selectNodeContents(cell)
    const boxes = [...range.getClientRects()]
    return Math.max(...boxes.map(({ top }) => top)) >= Math.min(...boxes.map(({ bottom }) => bottom))
  }
  return [...document.querySelectorAll('.records td > span, .records .button')]
    .filter(
      (cell) => /^\S{1,12}$/.test(cell.textContent ?? '') && !cell.querySelector('.button') && isCut(cell),
    )
    .map((cell) => cell.textContent ?? '')
}

/** Puts the widest date in place of each, so that the day of the test has no say. */
function widenDates(): void {
  for (const cell of document.querySelectorAll('.records td .figures')) {
    if (/\d{4}, .+\sUTC$/.test(cell.textContent ?? ''))
      cell.textContent = 'Nov 28, 2026, 12:00\u00a0AM\u00a0UTC'
  }
}

/** What stands on more than two lines in a table, though it is a date: the day, and the clock. */
function scatteredDates(): string[] {
  const linesOf = (cell: Element) => {
    const range = document.createRange()
    range.selectNodeContents(cell)
    return new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom))).size
  }
  return [...document.querySelectorAll('.records td .figures')]
    .filter((cell) => /\d{4}, .+\sUTC$/.test(cell.textContent ?? '') && linesOf(cell) > 2)
    .map((cell) => cell.textContent ?? '')
}
