import type { Browser } from 'playwright'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { launchBrowser } from './browser'
import { openShop } from './open-shop'
import type { Shop } from './shop'
import { visitorsOf, type Visitors } from './visitors'

/** What a test file about pages works with; there from `beforeAll` on. */
export interface ShopSuite {
  shop: Shop
  visitors: Visitors
}

/**
 * Opens a shop and a browser for a test file, and closes them at its end. After each test everybody leaves, and what
 * the pages' consoles complained about fails it. Of a test that failed, what its pages showed is printed.
 *
 * @param expected complaints that belong to what the tests do, such as an answer that refuses a form
 */
export function shopSuite({ expected }: { expected?: RegExp } = {}): ShopSuite {
  const suite: ShopSuite = { shop: {} as Shop, visitors: {} as Visitors }
  let opened: { browser: Browser; shop: Shop } | undefined
  beforeAll(async () => {
    const [browser, shop] = await Promise.all([launchBrowser(), openShop()])
    opened = { browser, shop }
    Object.assign(suite.shop, shop)
    Object.assign(suite.visitors, visitorsOf(browser))
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') console.log(await suite.visitors.describe())
    await suite.visitors.leave()
    const unexpected = suite.visitors.takeComplaints().filter((text) => !expected?.test(text))
    expect(unexpected, 'complaints in the console').toEqual([])
  })
  afterAll(async () => {
    await opened?.browser.close()
    await opened?.shop.close()
  })
  return suite
}
