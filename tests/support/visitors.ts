import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright'

export interface Visitors {
  /** A page in a browser profile of its own. */
  arrive: (options?: BrowserContextOptions) => Promise<Page>
  /** What the pages' consoles have complained about so far; forgets it. */
  takeComplaints: () => string[]
  /** What each open page shows, as a screen reader is told it, and what its console has complained about. */
  describe: () => Promise<string>
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
  const profiles: BrowserContext[] = []
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
    async describe() {
      const pages = await Promise.all(profiles.flatMap((profile) => profile.pages().map(describePage)))
      return [...pages, ...complaints].join('\n')
    },
    async leave() {
      await Promise.all(profiles.splice(0).map((profile) => profile.close()))
    },
  }
}

/** A page whose script does not answer is told by its address alone. */
async function describePage(page: Page): Promise<string> {
  const shown = await page
    .locator('body')
    .ariaSnapshot({ timeout: 5_000 })
    .catch(() => '(shows nothing that can be read)')
  return `${page.url()}\n${shown}`
}
