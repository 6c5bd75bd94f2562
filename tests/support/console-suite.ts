import type { Browser } from 'playwright'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { stopQueueSender } from '@/lib/queues/send'
import { launchBrowser } from './browser'
import { consoleOf, type Console } from './console'
import { openShop, type Shop } from './shop'
import { visitorsOf, type Visitors } from './visitors'

/** What a test file about the console works with; there from `beforeAll` on. */
export interface ConsoleSuite {
  shop: Shop
  visitors: Visitors
  admins: Console
}

/**
 * Opens a shop and a browser for a test file, and closes them at its end. After each test everybody leaves, and what
 * the pages' consoles complained about fails it.
 *
 * @param expected complaints that belong to what the tests do, such as an answer that refuses a form
 */
export function consoleSuite({ expected }: { expected?: RegExp } = {}): ConsoleSuite {
  const suite: ConsoleSuite = { shop: {} as Shop, visitors: {} as Visitors, admins: {} as Console }
  let opened: { browser: Browser; shop: Shop; admins: Console } | undefined
  beforeAll(async () => {
    const [browser, shop] = await Promise.all([launchBrowser(), openShop()])
    const visitors = visitorsOf(browser)
    opened = { browser, shop, admins: consoleOf(shop, visitors) }
    Object.assign(suite.shop, shop)
    Object.assign(suite.visitors, visitors)
    Object.assign(suite.admins, opened.admins)
  })
  afterEach(async () => {
    await suite.visitors.leave()
    const unexpected = suite.visitors.takeComplaints().filter((text) => !expected?.test(text))
    expect(unexpected, 'complaints in the console').toEqual([])
  })
  afterAll(async () => {
    await stopQueueSender()
    await opened?.admins.close()
    await opened?.browser.close()
    await opened?.shop.close()
  })
  return suite
}
