import type { Browser, BrowserContextOptions, Page } from 'playwright'

export interface Visitors {
  /** A page in a browser profile of its own. */
  arrive: (options?: BrowserContextOptions) => Promise<Page>
  /** What the pages' consoles have complained about so far; forgets it. */
  takeComplaints: () => string[]
  leave: () => Promise<void>
}

/**
 * What Remix leaves behind when one navigation overtakes another whose answer is just being read: the promise that the
 * stream has ended is rejected, and nobody waits for it. The page shows nothing of it.
 */
const OVERTAKEN = /BodyStreamBuffer was aborted/

/** People with browsers. A complaint in a page's console is a fault that nobody looked at. */
export function visitorsOf(browser: Browser): Visitors {
  const complaints: string[] = []
  const profiles: { close: () => Promise<void> }[] = []
  return {
    async arrive(options = {}) {
      const profile = await browser.newContext(options)
      profiles.push(profile)
      const page = await profile.newPage()
      page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') {
          complaints.push(`${page.url()}: ${message.text()}`)
        }
      })
      return page
    },
    takeComplaints: () => complaints.splice(0).filter((text) => !OVERTAKEN.test(text)),
    async leave() {
      await Promise.all(profiles.splice(0).map((profile) => profile.close()))
    },
  }
}
