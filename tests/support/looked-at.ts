import type { Page } from 'playwright'

/** A page that is not looked at does not load itself again, however slow the test is. */
export function lookAway(page: Page): Promise<unknown> {
  return page.evaluate(() =>
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true }),
  )
}

/** As after 15 s: a page that is looked at again loads itself again. */
export function lookAgain(page: Page): Promise<unknown> {
  return page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
}
