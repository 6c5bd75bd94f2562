import { afterAll, beforeAll } from 'vitest'
import { stopQueueSender } from '@/lib/queues/send'
import { consoleOf, type Console } from './console'
import { shopSuite, type ShopSuite } from './shop-suite'

/** What a test file about the console works with; there from `beforeAll` on. */
export interface ConsoleSuite extends ShopSuite {
  admins: Console
}

/** A shop, a browser and the people who run the shop, for a test file: see `shopSuite`. */
export function consoleSuite(options: Parameters<typeof shopSuite>[0] = {}): ConsoleSuite {
  const suite = shopSuite(options)
  const admins = {} as Console
  let opened: Console | undefined
  beforeAll(() => {
    opened = consoleOf(suite.shop, suite.visitors)
    Object.assign(admins, opened)
  })
  // Hooks of the end run last to first: these connections close before the shop does.
  afterAll(async () => {
    await stopQueueSender()
    await opened?.close()
  })
  return { ...suite, admins }
}
