import { afterAll, beforeAll } from 'vitest'
import { type Callers, callersOf } from './callers'
import { openShop } from './open-shop'
import type { Shop } from './shop'

/** What a test file about answers works with; there from `beforeAll` on. */
export interface CallersSuite {
  shop: Shop
  callers: Callers
}

/** Opens a shop for a test file, and has everybody ready who may knock at its doors. Closes it at the file's end. */
export function callersSuite(): CallersSuite {
  const suite: CallersSuite = { shop: {} as Shop, callers: {} as Callers }
  let opened: CallersSuite | undefined
  beforeAll(async () => {
    const shop = await openShop()
    opened = { shop, callers: callersOf(shop) }
    Object.assign(suite.shop, opened.shop)
    Object.assign(suite.callers, opened.callers)
  })
  afterAll(async () => {
    await opened?.callers.close()
    await opened?.shop.close()
  })
  return suite
}
