import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContextOptions, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { raiseAlerts } from '@/lib/alerts/raise'
import { issueLink } from '@/lib/links/issue-link'
import { transact } from '@/lib/queues/transaction'
import { stopQueueSender } from '@/lib/queues/send'
import { somebody } from '../support/accounts'
import { launchBrowser } from '../support/browser'
import { consoleOf, type Console } from '../support/console'
import { openShop, type Shop } from '../support/shop'
import { smallTargets } from '../support/small-targets'
import { pay } from '../support/stories/payments'
import { visitorsOf, type Visitors } from '../support/visitors'

/** The console's pages about payments, alerts, links and settings keep nobody out: screen readers, dark rooms, phones. */

let browser: Browser
let shop: Shop
let visitors: Visitors
let admins: Console
let cookies: Awaited<ReturnType<ReturnType<Page['context']>['cookies']>>
const ids = { payment: '', exception: '', alert: '', account: '' }

beforeAll(async () => {
  ;[browser, shop] = await Promise.all([launchBrowser(), openShop()])
  visitors = visitorsOf(browser)
  admins = consoleOf(shop, visitors)
  process.env.STRIPE_API_BASE = shop.standIn.url
  await pay({ cityId: 'dallas-jan-2026', quantity: 3, name: 'fits' })
  await pay({ cityId: 'dallas-jan-2026', quantity: 40, name: 'too-many' })
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
    `select payment_id as payment, id::text as exception from payment_exceptions limit 1`,
  )
  const { page, email } = await admins.enter('owner')
  const [account] = await shop.rows<{ id: string }>(`select id from admin_accounts where email = $1`, [email])
  Object.assign(ids, found, { alert, account: account?.id })
  cookies = await page.context().cookies()
})

afterEach(async () => {
  await visitors.leave()
  const unexpected = visitors.takeComplaints().filter((text) => !/status of 4(04|22)/.test(text))
  expect(unexpected, 'complaints in the console').toEqual([])
})

afterAll(async () => {
  await stopQueueSender()
  await admins?.close()
  await browser?.close()
  await shop?.close()
})

async function open(path: string, options: BrowserContextOptions): Promise<Page> {
  const page = await visitors.arrive(options)
  await page.context().addCookies(cookies)
  const filled = path.replace(/:(\w+)/g, (_, name: keyof typeof ids) => encodeURIComponent(ids[name]))
  await page.goto(shop.origin + filled)
  await page.getByRole('heading', { level: 1 }).waitFor()
  // All at once: a locator that is asked again finds fewer of them after each click.
  for (const summary of await page.locator('details:not([open]) > summary').elementHandles())
    await summary.click()
  return page
}

const pages = [
  '/admin/payments',
  '/admin/payments?search=ada@example.com',
  '/admin/payments?search=nobody',
  '/admin/payments/:payment',
  '/admin/exceptions',
  '/admin/exceptions?state=resolved',
  '/admin/exceptions/:exception',
  '/admin/exceptions/:exception?cityId=atlanta-feb-2026&tier=ga&quantity=2',
  '/admin/alerts',
  '/admin/alerts?show=failed',
  '/admin/alerts/:alert',
  '/admin/alerts/settings',
  '/admin/links',
  '/admin/bulk',
  '/admin/queues',
  '/admin/audit-log',
  '/admin/audit-log?actor=nobody',
  '/admin/settings/cities',
  '/admin/settings/cities/new',
  '/admin/settings/cities/dallas-jan-2026',
  '/admin/settings/payments',
  '/admin/settings/admins',
  '/admin/settings/admins/:account',
  '/admin/settings/tokens',
]

describe.each(pages)('%s', (path) => {
  it.each(['light', 'dark'] as const)('has no barrier in %s', async (colorScheme) => {
    const page = await open(path, { colorScheme })
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])).toEqual([])
  })

  it('fits a phone, with targets for thumbs', async () => {
    const page = await open(path, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(await smallTargets(page)).toEqual([])
  })

  it('says the same without scripts', async () => {
    const page = await open(path, { javaScriptEnabled: false })
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1)
  })
})
