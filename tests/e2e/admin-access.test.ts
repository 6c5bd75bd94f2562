import type { Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { consoleSuite } from '../support/console-suite'
import { moveClock } from '../support/stories/clock'

/** What each role finds in the console: buttons for what it may, and a server that asks again. */

const { shop, visitors, admins } = consoleSuite()

const city = '/admin/cities/dallas-jan-2026'
const changes = ['expand', 'reduce?to=30', 'relimit?to=30', 'hidden-sale', 'sale-state?to=paused', 'release']
const ownChanges = ['reset', 'undo-reset']

/** Sends a form to a change, with the browser's own session. */
function post(page: Page, change: string) {
  return page.request.post(`${shop.origin}${city}/${change}`, {
    form: {
      key: crypto.randomUUID(),
      expected: '35',
      spots: '5',
      authorizedBy: 'Dana',
      confirmation: 'dallas-jan-2026',
    },
    headers: { origin: shop.origin },
    maxRedirects: 0,
  })
}

async function stock() {
  return shop.rows(`select tier, public_limit, actual_limit, sold, held, epoch, hidden_sale, sale_state
    from inventory join cities on id = city_id where city_id = 'dallas-jan-2026' order by tier`)
}

it('sends a stranger to the sign-in, and back to where they were going', async () => {
  const page = await visitors.arrive()
  await page.goto(`${shop.origin}${city}`)
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
  for (const path of [
    city,
    `${city}/expand`,
    `${city}/ledger`,
    `${city}/ledger.csv`,
    `${city}/buyers.csv`,
    '/admin/payments.csv',
    '/admin/exceptions.csv',
    '/admin/alerts.csv',
    '/admin',
    '/admin/none',
  ]) {
    const answer = await page.request.get(shop.origin + path, { maxRedirects: 0 })
    expect([path, answer.status()]).toEqual([path, 302])
  }
  expect((await post(page, 'expand')).status()).toBe(303)
})

describe('a viewer', () => {
  it('sees the numbers and no button', async () => {
    const { page } = await admins.enter('viewer')
    await page.getByRole('columnheader', { name: 'Likely sold out' }).waitFor()
    expect(await page.getByRole('link', { name: 'Add seats' }).count()).toBe(0)
    await page.goto(`${shop.origin}${city}`)
    await page.getByRole('heading', { level: 2, name: 'General admission' }).waitFor()
    for (const name of ['Add GA seats', 'Take seats away', 'Pause the sale', 'Reset this city']) {
      expect([name, await page.getByRole('link', { name }).count()]).toEqual([name, 0])
    }
    expect((await page.request.get(`${shop.origin}${city}/ledger.csv`)).status()).toBe(200)
    const buyers = await page.getByRole('link', { name: 'Buyers as CSV' }).getAttribute('href')
    expect((await page.request.get(`${shop.origin}${buyers ?? ''}`)).status()).toBe(200)
  })

  it('is refused by the server, which notes it', async () => {
    const { page, email } = await admins.enter('viewer')
    const before = await stock()
    for (const change of [...changes, ...ownChanges]) {
      expect([change, (await page.request.get(`${shop.origin}${city}/${change}`)).status()]).toEqual([
        change,
        403,
      ])
      expect([change, (await post(page, change)).status()]).toEqual([change, 403])
    }
    expect(await stock()).toEqual(before)
    const rows = await admins.auditRows(email)
    expect(rows).toHaveLength(changes.length + ownChanges.length)
    expect(rows[0]).toMatchObject({ action: 'page.submit', outcome: 'refused', code: 'forbidden' })
  })
})

describe('an operator', () => {
  it('goes from a row of the overview to what adds seats there', async () => {
    const { page } = await admins.enter('operator')
    const row = page.getByRole('row').filter({ hasText: 'Dallas' })
    await row.getByRole('link', { name: 'Add seats for GA in Dallas' }).click()
    await page.getByRole('heading', { level: 1, name: 'Add hidden GA seats in Dallas' }).waitFor()
  })

  it('changes stock, and neither resets nor undoes', async () => {
    const { page } = await admins.enter('operator')
    await page.goto(`${shop.origin}${city}`)
    await page.getByRole('link', { name: 'Add GA seats' }).waitFor()
    expect(await page.getByRole('link', { name: 'Reset this city' }).count()).toBe(0)
    const before = await stock()
    for (const change of ownChanges) {
      expect([change, (await page.request.get(`${shop.origin}${city}/${change}`)).status()]).toEqual([
        change,
        403,
      ])
      expect([change, (await post(page, change)).status()]).toEqual([change, 403])
    }
    expect(await stock()).toEqual(before)
  })
})

it('takes no page that loads itself again for somebody who is there', async () => {
  const { page, email } = await admins.enter('viewer')
  const seen = async () => {
    const [row] = await shop.rows<{ seen: Date }>(
      `select last_seen_at as seen from admin_sessions join admin_accounts account on account.id = account_id
       where email = $1`,
      [email],
    )
    return row?.seen.getTime() ?? 0
  }
  const before = await seen()
  await moveClock(shop.database.ownerUrl, '2 minutes')
  const loaded = page.waitForResponse((response) => response.url().includes('/admin.data'))
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  expect((await loaded).status()).toBe(200)
  expect(await seen()).toBe(before)
  await page.getByRole('link', { name: 'Payments', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Payments' }).waitFor()
  expect(await seen()).toBeGreaterThan(before)
})

it('takes no form from another site', async () => {
  const { page } = await admins.enter('owner')
  const before = await stock()
  const answer = await page.request.post(`${shop.origin}${city}/expand`, {
    form: { spots: '5', authorizedBy: 'Dana', expected: '35' },
    headers: { origin: 'https://elsewhere.example' },
  })
  expect(answer.status()).toBe(403)
  expect(await stock()).toEqual(before)
})

it('answers 404 for a city or a change that there is not', async () => {
  const { page } = await admins.enter('owner')
  for (const path of [
    '/admin/cities/atlantis',
    '/admin/cities/atlantis/reset',
    `${city}/explode`,
    '/admin/none',
  ]) {
    expect([path, (await page.request.get(shop.origin + path)).status()]).toEqual([path, 404])
  }
  expect((await page.request.get(`${shop.origin}/admin/cities/atlantis/ledger.csv`)).status()).toBe(404)
  expect((await page.request.get(`${shop.origin}/admin/cities/atlantis/buyers.csv`)).status()).toBe(404)
  expect((await page.request.get(`${shop.origin}${city}/ledger.csv?from=yesterday`)).status()).toBe(422)
})

it('says within the console what is not there or not allowed, with the way back', async () => {
  const { page } = await admins.enter('viewer')
  for (const [path, title] of [
    ['/admin/cities/atlantis', 'Page not found'],
    ['/admin/payments/none', 'Page not found'],
    ['/admin/exceptions/999999', 'Page not found'],
    ['/admin/none', 'Page not found'],
    [`${city}/reset`, 'Not allowed'],
    ['/admin/settings/tokens', 'Not allowed'],
    ['/admin/bulk', 'Not allowed'],
  ] as const) {
    await page.goto(shop.origin + path)
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    expect([path, await page.title()]).toEqual([path, `${title} – Console`])
    expect([path, await page.getByText('Try again').count()]).toEqual([path, 0])
    await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Payments' }).waitFor()
  }
  expect(visitors.takeComplaints().every((text) => /status of 40[34]/.test(text))).toBe(true)
  await page.getByRole('link', { name: 'Back to the overview' }).click()
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  expect(await page.title()).toBe('Console – 6FB Methodologies')
})

it.each([
  ['/admin/none', 404, 'Page not found'],
  [`${city}/reset`, 403, 'Not allowed'],
])(
  'says within the console, without scripts too, that a form at %s is refused',
  async (path, status, title) => {
    const { page } = await admins.enter('viewer')
    const form = { key: crypto.randomUUID() }
    const answer = await page.request.post(shop.origin + path, { headers: { origin: shop.origin }, form })
    const html = await answer.text()
    expect([answer.status(), /<title>(.*?)<\/title>/.exec(html)?.[1]]).toEqual([status, `${title} – Console`])
    expect(html).toContain('>Back to the overview</a>')
  },
)
