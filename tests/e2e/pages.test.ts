import type { Page } from 'playwright'
import { beforeAll, describe, expect, it } from 'vitest'
import { barriersIn } from '../support/barriers'
import { isHydrated } from '../support/is-hydrated'
import { enlargeText, lostWords, phone } from '../support/large-text'
import { watchShifts } from '../support/layout-shifts'
import { serverIsGone } from '../support/server-is-gone'
import { shopSuite } from '../support/shop-suite'
import { smallTargets } from '../support/small-targets'

const { shop, visitors } = shopSuite({ expected: /no-such-page.* status of 404/ })

beforeAll(async () => {
  // One city in each state.
  await shop.sql(`update inventory set sold = 32 where city_id = 'atlanta-feb-2026' and tier = 'ga'`)
  await shop.sql(`update inventory set sold = public_limit where city_id = 'vegas-mar-2026'`)
  await shop.sql(`update inventory set sold = public_limit, actual_limit = actual_limit + 5
    where city_id = 'nyc-apr-2026' and tier = 'ga'`)
  await shop.sql(
    `update cities set starts_on = '2099-04-26', ends_on = '2099-04-27' where id <> 'dallas-jan-2026'`,
  )
  await shop.sql(`update cities set sale_state = 'paused' where id = 'chicago-may-2026'`)
  await shop.sql(`update cities set sale_state = 'upcoming' where id = 'sf-jun-2026'`)
})

const pages: [path: string, heading: string, words: string][] = [
  ['/', 'Workshops', 'Last seats'],
  ['/cities/dallas-jan-2026', 'Dallas', 'The date of this workshop has passed'],
  ['/cities/atlanta-feb-2026', 'Atlanta', 'Last'],
  ['/cities/vegas-mar-2026', 'Las Vegas', 'Seats are left in:'],
  ['/cities/nyc-apr-2026', 'New York', 'Limited: last seats'],
  ['/cities/chicago-may-2026', 'Chicago', 'Sales are paused'],
  ['/cities/sf-jun-2026', 'San Francisco', 'Not on sale yet'],
  ['/checkout/success?session_id=cs_test_unknown', 'We do not know this order yet', 'check the address'],
  ['/checkout/cancelled?reservation=none', 'No payment was made', 'Nothing was charged'],
  ['/no-such-page', 'Page not found', 'See all workshops'],
]

describe.each(pages)('%s', (path, heading, words) => {
  it('says what is the case and has no barrier, in light or in dark', async () => {
    const visitor = await visitors.arrive()
    await visitor.goto(shop.origin + path)
    await visitor.getByRole('heading', { level: 1, name: heading }).waitFor()
    await visitor.getByText(words).first().waitFor()
    expect(await barriersIn(visitor)).toEqual([])
  })

  it('fits a phone', async () => {
    const visitor = await visitors.arrive(phone)
    await visitor.goto(shop.origin + path)
    await visitor.getByRole('heading', { level: 1, name: heading }).waitFor()
    expect(await visitor.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(await smallTargets(visitor, { narrowest: 44 })).toEqual([])
  })

  it('has room on a phone for text twice as large', async () => {
    const visitor = await visitors.arrive(phone)
    await enlargeText(visitor)
    await visitor.goto(shop.origin + path)
    await visitor.getByRole('heading', { level: 1, name: heading }).waitFor()
    expect(await visitor.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(await lostWords(visitor)).toEqual([])
  })
})

it.each(['vegas-mar-2026', 'chicago-may-2026', 'sf-jun-2026'])(
  'speaks of no seats left where none can be bought: %s',
  async (city) => {
    const visitor = await visitors.arrive()
    await visitor.goto(`${shop.origin}/cities/${city}`)
    expect(await visitor.getByRole('group').getByRole('heading', { level: 2 }).textContent()).toBe(
      'Seats and prices',
    )
  },
)

describe('enlarged to 400 %', () => {
  const viewport = { width: 320, height: 256 }

  it.each(['Mönchengladbach', 'Charlottesville', 'Llanfairpwllgwyngyllgogerychwyrndrobwll'])(
    'has room for %s',
    async (name) => {
      await shop.sql(`update cities set name = $1 where id = 'sf-jun-2026'`, [name])
      const visitor = await visitors.arrive({ viewport })
      for (const path of ['/', '/cities/sf-jun-2026']) {
        await visitor.goto(shop.origin + path)
        await visitor.getByRole('heading', { name }).waitFor()
        expect(await visitor.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
      }
      await shop.sql(`update cities set name = 'San Francisco' where id = 'sf-jun-2026'`)
    },
  )

  it('has room for a long name where a city without seats leads to others', async () => {
    await shop.sql(`update cities set name = $1 where id = 'atlanta-feb-2026'`, ['Mönchengladbach'.repeat(3)])
    const visitor = await visitors.arrive({ viewport })
    await visitor.goto(`${shop.origin}/cities/vegas-mar-2026`)
    await visitor.getByRole('link', { name: 'Mönchengladbach' }).waitFor()
    expect(await visitor.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    await shop.sql(`update cities set name = 'Atlanta' where id = 'atlanta-feb-2026'`)
  })

  it.each([viewport, { width: 320, height: 568 }, { width: 390, height: 844 }])(
    'hides nothing that has the focus: $width×$height',
    async (size) => {
      const visitor = await visitors.arrive({ viewport: size })
      await visitor.goto(`${shop.origin}/cities/dallas-jan-2026`)
      await visitor.getByText('Numbers update by themselves').waitFor()
      const seen = new Set<string>()
      for (const direction of ['Tab', 'Shift+Tab']) {
        for (let presses = 0; presses < 8; presses++) {
          await visitor.keyboard.press(direction)
          const { name, isOnTop } = await visitor.evaluate(topmostAtFocus)
          if (!name) break
          seen.add(name)
          expect(isOnTop, `${name}, by ${direction}`).toBe(true)
        }
      }
      expect([...seen]).toEqual(expect.arrayContaining(['tier', 'quantity', 'email', 'Hold 1 seat and pay']))
    },
  )
})

/** What has the focus, and whether it is what a finger at its middle would touch. No name: nothing has it. */
function topmostAtFocus(): { name: string; isOnTop: boolean } {
  const focused = document.activeElement as HTMLInputElement
  if (focused === document.body) return { name: '', isOnTop: true }
  const { x, y, width, height } = focused.getBoundingClientRect()
  const topmost = document.elementFromPoint(x + width / 2, y + height / 2)
  return { name: focused.name || focused.textContent || '', isOnTop: focused.contains(topmost) }
}

it('ends all fields of a phone’s form at one line', async () => {
  const visitor = await visitors.arrive({ viewport: { width: 390, height: 844 } })
  await visitor.goto(`${shop.origin}/cities/dallas-jan-2026`)
  const seats = await visitor.getByLabel('How many seats').boundingBox()
  expect(seats).toMatchObject({ width: (await visitor.getByLabel('Email').boundingBox())?.width })
})

it('names each tier on one line of a phone’s card', async () => {
  const visitor = await visitors.arrive(phone)
  await visitor.goto(shop.origin)
  const names = visitor.getByRole('article').filter({ hasText: 'Dallas' }).getByRole('term')
  const lines = await names.evaluateAll((all) =>
    all.map((name) => {
      const text = document.createRange()
      text.selectNodeContents(name)
      return text.getClientRects().length
    }),
  )
  expect(lines).toEqual([1, 1])
})

it('has what is said of one tier on one line with the number of the other', async () => {
  const visitor = await visitors.arrive()
  await visitor.goto(shop.origin)
  const figures = visitor.getByRole('article').filter({ hasText: 'New York' }).locator('.stock__figure')
  const bottoms = await figures.evaluateAll((all) =>
    all.map((figure) => figure.lastElementChild?.getBoundingClientRect().bottom ?? 0),
  )
  expect(Math.abs((bottoms[0] ?? 0) - (bottoms[1] ?? 100))).toBeLessThan(4)
})

it('keeps the button within reach of the thumb', async () => {
  const visitor = await visitors.arrive(phone)
  await visitor.goto(`${shop.origin}/cities/dallas-jan-2026`)
  const box = await visitor.getByRole('button', { name: /^Hold/ }).boundingBox()
  expect(box?.y).toBeGreaterThan(600)
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(844)
})

it('shows which tier is chosen to whoever chooses all colours', async () => {
  const visitor = await visitors.arrive({ forcedColors: 'active' })
  await visitor.goto(`${shop.origin}/cities/dallas-jan-2026`)
  await visitor.getByText('Numbers update by themselves').waitFor()
  const ga = visitor.getByLabel('General admission')
  expect(await ga.isChecked()).toBe(true)
  const chosen = await ga.screenshot()
  await visitor.getByLabel('VIP').check()
  expect(chosen.equals(await ga.screenshot())).toBe(false)
})

/** What has the focus: its tag and its first words. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const { tagName, textContent } = document.activeElement ?? {}
    return `${tagName} ${textContent?.slice(0, 18)}`
  })

it('moves the focus to the title of a page that is gone to, so that it is read out, and of no other', async () => {
  const visitor = await visitors.arrive()
  await visitor.goto(shop.origin)
  await visitor.getByText('Numbers update by themselves').waitFor()
  expect(await focused(visitor)).toMatch(/^BODY/)
  await visitor.getByRole('link', { name: 'Atlanta' }).focus()
  await visitor.keyboard.press('Enter')
  await visitor.getByRole('heading', { level: 1, name: 'Atlanta' }).waitFor()
  await expect.poll(() => focused(visitor)).toBe('H1 Atlanta')
  // A link of the frame is still there afterwards.
  await visitor.getByRole('link', { name: '6FB Methodologies' }).focus()
  await visitor.keyboard.press('Enter')
  await expect.poll(() => focused(visitor)).toBe('H1 Workshops')
  await visitor.goBack()
  await expect.poll(() => focused(visitor)).toBe('H1 Atlanta')
})

it('leaves the focus where a new page has put it', async () => {
  const visitor = await visitors.arrive()
  await visitor.goto(`${shop.origin}/cities/atlanta-feb-2026`)
  await visitor.getByRole('button', { name: /^Hold/ }).click()
  await visitor.waitForURL(`${shop.standIn.url}/**`)
  await visitor.goto(`${shop.origin}/cities/atlanta-feb-2026`)
  // Whose seats these are is no longer known.
  await visitor.context().clearCookies()
  await visitor.getByRole('button', { name: 'Give it back' }).click()
  await visitor.getByRole('heading', { level: 1, name: 'No payment was made' }).waitFor()
  await expect.poll(() => focused(visitor)).toBe('DIV There is a problem')
  expect(visitors.takeComplaints().every((text) => /status of 404/.test(text))).toBe(true)
})

it('shows that it is on its way to another page when that takes long', async () => {
  const visitor = await visitors.arrive()
  await visitor.goto(shop.origin)
  await visitor.waitForFunction(isHydrated)
  let answer = () => {}
  const isAnswered = new Promise<void>((resolve) => (answer = resolve))
  await visitor.route(/atlanta-feb-2026\.data/, async (route) => {
    await isAnswered
    await route.continue()
  })
  await visitor.getByRole('link', { name: 'Atlanta' }).click()
  await visitor.getByRole('progressbar', { name: 'Loading' }).waitFor()
  expect(await visitor.getByRole('main').getAttribute('aria-busy')).toBe('true')
  answer()
  await visitor.getByRole('heading', { level: 1, name: 'Atlanta' }).waitFor()
  await expect.poll(() => visitor.getByRole('progressbar').count()).toBe(0)
  expect(await visitor.getByRole('main').getAttribute('aria-busy')).toBeNull()
})

it('moves nothing when a number changes', async () => {
  const visitor = await visitors.arrive()
  await visitor.goto(shop.origin)
  await visitor.getByText('Numbers update by themselves').waitFor()
  const shifts = await watchShifts(visitor)
  const vip = visitor.getByRole('article').filter({ hasText: 'Atlanta' }).locator('dd').nth(1)
  for (const [sold, words] of [
    [6, '9 left of 15'],
    [12, 'Last3'],
    [15, 'None left'],
  ] as const) {
    await shop.sql(
      `update inventory set sold = $1, public_changed_at = app_now() where city_id = 'atlanta-feb-2026' and tier = 'vip'`,
      [sold],
    )
    await expect.poll(async () => (await vip.textContent())?.replace(/(?<=\d)left/, ' left')).toBe(words)
  }
  expect(await shifts()).toEqual([])
})

it('says how old the numbers are when the server is gone, and catches up when it is back', async () => {
  const web = await shop.startWeb(0)
  const visitor = await visitors.arrive()
  await visitor.goto(`${web.origin}/cities/dallas-jan-2026`)
  await visitor.getByText('Numbers update by themselves').waitFor()
  await web.stop()
  await visitor.getByText(/^Numbers from \d+ s ago, reconnecting$/).waitFor()
  await shop.sql(`update inventory set sold = 20, public_changed_at = app_now()
    where city_id = 'dallas-jan-2026' and tier = 'ga'`)
  await shop.startWeb(Number(new URL(web.origin).port))
  await visitor.locator('#tier-ga-stock').getByText('15', { exact: true }).waitFor()
  await visitor.getByText('Numbers update by themselves').waitFor()
  expect(visitors.takeComplaints().every((text) => serverIsGone.test(text))).toBe(true)
})
