import type { BrowserContextOptions, Page } from 'playwright'
import { beforeAll, describe, expect, it } from 'vitest'
import { barriersIn } from './barriers'
import type { ConsoleSuite } from './console-suite'
import { enlargeText, lostWords, phone } from './large-text'
import { smallTargets } from './small-targets'

/** @param heading the page's own, so that an error page is no substitute */
export type OpenPage = (path: string, heading: string, options?: BrowserContextOptions) => Promise<Page>

/** An owner's browsers, each a profile of its own. They signed in once for all. */
export interface OwnersBrowsers {
  /** There from `beforeAll` on. */
  owner: { email: string }
  arrive: (options?: BrowserContextOptions) => Promise<Page>
  open: OpenPage
}

export function ownersBrowsers({ shop, visitors, admins }: ConsoleSuite): OwnersBrowsers {
  const owner = { email: '' }
  let cookies: Awaited<ReturnType<ReturnType<Page['context']>['cookies']>>
  beforeAll(async () => {
    const { page, email } = await admins.enter('owner')
    owner.email = email
    cookies = await page.context().cookies()
  })
  const arrive = async (options?: BrowserContextOptions) => {
    const page = await visitors.arrive(options)
    await page.context().addCookies(cookies)
    return page
  }
  return {
    owner,
    arrive,
    async open(path, heading, options) {
      const page = await arrive(options)
      await page.goto(shop.origin + path)
      await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
      return page
    },
  }
}

/** Tests of each page that it keeps nobody out: screen readers, dark rooms, phones, weak eyes. */
export function testThatNobodyIsKeptOut(
  pages: readonly (readonly [path: string, heading: string])[],
  open: OpenPage,
): void {
  describe.each(pages)('%s', (path, heading) => {
    it('has no barrier, in light or in dark', async () => {
      const page = await open(path, heading)
      await unfold(page)
      expect(await barriersIn(page)).toEqual([])
    })

    it('fits a phone, with targets for thumbs', async () => {
      const page = await open(path, heading, phone)
      await unfold(page)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
      expect(await smallTargets(page, { narrowest: 24 })).toEqual([])
    })

    it('has room on a phone for text twice as large', async () => {
      const page = await open(path, heading, phone)
      await enlargeText(page)
      await unfold(page)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
      expect(await lostWords(page)).toEqual([])
    })
  })
}

/** Opens all that is folded on a page. */
export async function unfold(page: Page): Promise<void> {
  // All at once: a locator that is asked again finds fewer of them after each click.
  for (const summary of await page.locator('details:not([open]) > summary').elementHandles())
    await summary.click()
}
