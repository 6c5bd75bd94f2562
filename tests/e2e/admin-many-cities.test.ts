import type { Page, Route } from 'playwright'
import { expect, it } from 'vitest'
import { decrementInventory } from '@/lib/inventory'
import { expandCapacity } from '@/lib/inventory/admin'
import { consoleSuite } from '../support/console-suite'
import { cities } from '../support/stories/city'
import { until } from '../support/until'

/** Changes of many cities at once, step by step, to the rows in the audit log. */

const { shop, admins } = consoleSuite({ expected: /status of 4(09|22)/ })

it('adds seats to many cities, step by step, and leaves one alone whose numbers moved', async () => {
  const ids = await cities(60)
  const { page, email } = await admins.enter('operator')
  await page.getByRole('link', { name: 'Many cities' }).click()
  await page.getByLabel('Find cities').fill('city-')
  await page.getByRole('button', { name: 'Show' }).click()
  await page.getByRole('button', { name: 'Choose all 60' }).click()
  await page.getByRole('button', { name: 'Choose none' }).waitFor()
  await page.getByLabel('Seats for each city').fill('3')
  await page.getByRole('button', { name: 'See what it would change' }).click()
  await page.getByRole('heading', { level: 1, name: 'Add 3 GA seats to 60 cities' }).waitFor()
  await page.getByText('180 hidden seats altogether').waitFor()
  await expandCapacity(ids[7] ?? '', 'ga', 1, { authorizedBy: 'Somebody else' })
  await page.getByRole('button', { name: 'Add 3 GA seats to 60 cities' }).click()
  await page.getByRole('heading', { level: 1, name: '59 of 60 cities changed' }).waitFor()
  await page.getByText('The limit is now 36, no longer 35').waitFor()
  const limits = await shop.rows<{ limit: number; count: number }>(
    `select actual_limit as limit, count(*)::int from inventory where tier = 'ga' and city_id like 'city-%'
     group by 1 order by 1`,
  )
  expect(limits).toEqual([
    { limit: 36, count: 1 },
    { limit: 38, count: 59 },
  ])
  const rows = await admins.auditRows(email)
  expect(rows.filter(({ outcome }) => outcome === 'applied')).toHaveLength(59)
  expect(await admins.auditRows(email, ids[7])).toMatchObject([{ outcome: 'refused', code: 'numbers_moved' }])
})

it('keeps what is ticked and entered while more is looked for, and after a look at what it would change', async () => {
  const { page } = await admins.enter('operator')
  await page.goto(`${shop.origin}/admin/bulk`)
  const box = (name: string) => page.getByRole('checkbox', { name })
  await box('Dallas').check()
  await page.getByLabel('Tier').selectOption('vip')
  await page.getByLabel('Seats for each city').fill('7')
  await page.getByLabel('Why').fill('A second room')
  await page.getByLabel('Find cities').fill('chicago')
  await page.getByRole('button', { name: 'Show' }).click()
  await page.getByRole('list', { name: 'Chosen before' }).waitFor()
  expect(await page.getByRole('checkbox').count()).toBe(2)
  await box('Chicago').check()
  await page.getByRole('button', { name: 'All cities' }).click()
  await box('Atlanta').waitFor()
  await page.getByRole('button', { name: 'See what it would change' }).click()
  await page.getByRole('heading', { level: 1, name: 'Add 7 VIP seats to 2 cities' }).waitFor()
  await page.getByRole('button', { name: 'Change the choice' }).click()
  await page.getByRole('heading', { level: 1, name: 'Many cities' }).waitFor()
  expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(2)
  expect([await box('Dallas').isChecked(), await box('Chicago').isChecked()]).toEqual([true, true])
  expect(await page.getByLabel('Tier').inputValue()).toBe('vip')
  expect(await page.getByLabel('Seats for each city').inputValue()).toBe('7')
  expect(await page.getByLabel('Why').inputValue()).toBe('A second room')
})

it('goes on by a button where there are no scripts', async () => {
  await cities(30)
  const { page } = await admins.enter('operator', { javaScriptEnabled: false })
  await page.goto(`${shop.origin}/admin/bulk?search=city-&choose=all`)
  const all = await page.getByRole('checkbox').count()
  await page.getByLabel('Tier').selectOption('vip')
  await page.getByRole('button', { name: 'See what it would change' }).click()
  await page.getByRole('button', { name: `Add 5 VIP seats to ${all} cities` }).click()
  await page.getByText('25 changed, 0 left as they were').waitFor()
  for (let done = 25; done < all; done += 25) await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('heading', { level: 1, name: `${all} of ${all} cities changed` }).waitFor()
})

it('keeps what a run has done in view when a later step is refused', async () => {
  const [next] = await cities(1)
  const { page } = await admins.enter('operator')
  const answer = await page.request.post(`${shop.origin}/admin/bulk`, {
    headers: { origin: shop.origin },
    form: {
      form: 'run',
      operation: 'expand',
      tier: 'ga',
      additionalSpots: '5',
      // No reason can be stored that has this in it.
      reason: 'a\0b',
      targets: JSON.stringify([[next, 35]]),
      results: JSON.stringify([{ cityId: 'dallas-jan-2026', ok: true, text: 'limit 40' }]),
    },
  })
  expect(answer.status()).toBe(409)
  const html = (await answer.text()).replaceAll('<!-- -->', '')
  expect(html).toContain('The run has stopped here')
  expect(html).toContain('1 changed, 0 left as they were, 1 to go.')
  expect(html).toContain('>Dallas</a>')
  expect(html).toContain('limit 40')
  expect(html).toContain('Go on</button>')
  expect(html).not.toContain('Nothing was changed')
})

it('does a run once though every step of it is sent twice', async () => {
  const { page, email } = await admins.enter('operator', { javaScriptEnabled: false })
  await page.goto(`${shop.origin}/admin/bulk?search=city-&choose=all`)
  const all = await page.getByRole('checkbox').count()
  await page.getByLabel('Tier').selectOption('vip')
  await page.getByRole('button', { name: 'See what it would change' }).click()
  await page.getByRole('button', { name: `Add 5 VIP seats to ${all} cities` }).dblclick()
  await page.getByText('25 changed, 0 left as they were').waitFor()
  for (let done = 25; done < all; done += 25) await page.getByRole('button', { name: 'Go on' }).dblclick()
  await page.getByRole('heading', { level: 1, name: `${all} of ${all} cities changed` }).waitFor()
  expect(await admins.auditRows(email)).toHaveLength(all)
})

it('resets many cities for an owner who types their number; an operator cannot', async () => {
  await decrementInventory('nyc-apr-2026', 'ga', 3, { sessionId: 'cs_nyc' })
  const operator = await admins.enter('operator')
  await operator.page.goto(`${shop.origin}/admin/bulk`)
  expect(await operator.page.getByLabel('Change').locator('option').allTextContents()).toEqual([
    'Add hidden seats',
  ])
  expect(await operator.page.getByRole('main').innerText()).not.toMatch(/reset/i)
  const { page, email } = await admins.enter('owner')
  await page.goto(`${shop.origin}/admin/bulk`)
  await page.getByRole('checkbox', { name: /New York/ }).check()
  await page.getByRole('checkbox', { name: /Chicago/ }).check()
  await page.getByLabel('Change').selectOption('reset')
  await page.getByRole('button', { name: 'See what it would change' }).click()
  await page.getByRole('link', { name: 'Say why' }).waitFor()
  expect(await page.getByRole('checkbox', { name: /New York/ }).isChecked()).toBe(true)
  await page.getByLabel('Why').fill('Rehearsal')
  await page.getByRole('button', { name: 'See what it would change' }).click()
  await page.getByText('3 sold seats of 1 payment are no longer counted').waitFor()
  await page.getByRole('button', { name: 'Reset 2 cities' }).click()
  await page.getByRole('link', { name: 'Type 2, the number of cities' }).waitFor()
  await page.getByLabel('Type 2').fill('2')
  await page.getByRole('button', { name: 'Reset 2 cities' }).click()
  await page.getByRole('heading', { level: 1, name: '2 of 2 cities changed' }).waitFor()
  await page.getByText('3 sold seats no longer counted').waitFor()
  expect(await admins.auditRows(email, 'nyc-apr-2026')).toMatchObject([
    { action: 'inventory.reset', outcome: 'applied', reason: 'Rehearsal', before: { ga: { sold: 3 } } },
  ])
})

it('moves the focus to the title, or to what is wrong, when the next step has the same address', async () => {
  const { page } = await admins.enter('operator')
  const press = async (name: string) => {
    await page.getByRole('button', { name }).focus()
    await page.keyboard.press('Enter')
  }
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.slice(0, 50))
  await page.goto(`${shop.origin}/admin/bulk?search=sf-jun&choose=all`)
  await press('See what it would change')
  await expect.poll(focused).toBe('Add 5 GA seats to 1 city')
  await press('Add 5 GA seats to 1 city')
  await expect.poll(focused).toBe('1 of 1 city changed')

  await page.goto(`${shop.origin}/admin/cities/sf-jun-2026/reduce?tier=ga`)
  const limit = page.getByLabel('Limit afterwards')
  await limit.fill('many')
  for (let times = 0; times < 2; times++) {
    await press('Show what would change')
    await expect.poll(focused).toMatch(/^There is a problem/)
  }
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect.poll(() => limit.evaluate((field) => field === document.activeElement)).toBe(true)
  await limit.fill('36')
  await press('Show what would change')
  await page.getByRole('row', { name: 'Limit 40 36' }).waitFor()
  await expect.poll(focused).toBe('Take GA seats away in San Francisco')
})

it('leaves the focus where an admin has put it, also while what was wrong is still shown', async () => {
  const { page } = await admins.enter('owner')
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.slice(0, 50))
  await page.goto(`${shop.origin}/admin/bulk?search=sf-jun&choose=all`)
  await page.getByLabel('Change').selectOption('reset')
  await page.getByLabel('Why').fill('Rehearsal')
  await page.getByRole('button', { name: 'See what it would change' }).click()
  const count = page.getByLabel('Type 1')
  for (const typed of ['2', '3']) {
    await count.fill(typed)
    const answer = await holdAnswer(page, () => count.press('Enter'))
    await expect
      .poll(() => page.getByRole('button', { name: 'Reset 1 city' }).getAttribute('aria-disabled'))
      .toBe('true')
    expect(await count.evaluate((field) => field === document.activeElement)).toBe(true)
    await answer()
    await expect.poll(focused).toMatch(/^Nothing was changed/)
  }
})

it('stops a run of many cities by a button and goes on to its end by another, without losing the focus', async () => {
  await cities(80)
  const { page } = await admins.enter('operator')
  const focused = () => page.evaluate(() => document.activeElement?.textContent)
  await page.goto(`${shop.origin}/admin/bulk?search=city-&choose=all`)
  const all = await page.getByRole('checkbox').count()
  await page.getByRole('button', { name: 'See what it would change' }).click()
  const add = page.getByRole('button', { name: `Add 5 GA seats to ${all} cities` })
  await add.waitFor()
  const first = await holdAnswer(page, () => add.click())
  const second = await holdAnswer(page, first)
  await page.getByRole('button', { name: 'Stop after these' }).press('Enter')
  await expect.poll(focused).toBe(`25 of ${all} cities`)
  await second()
  await page.getByRole('heading', { level: 1, name: `50 of ${all} cities` }).waitFor()
  const goOn = page.getByRole('button', { name: 'Go on' })
  await goOn.waitFor()
  await expect.poll(focused).toBe(`50 of ${all} cities`)

  const third = await holdAnswer(page, () => goOn.press('Enter'))
  expect(await focused()).toBe(`50 of ${all} cities`)
  expect(await goOn.count()).toBe(0)
  // It can be stopped again; a second press does not make it go on.
  await page.getByRole('button', { name: 'Stop after these' }).dblclick()
  await third()
  await page.getByRole('heading', { level: 1, name: `75 of ${all} cities` }).waitFor()
  await goOn.dblclick()
  await page.getByRole('heading', { level: 1, name: `${all} of ${all} cities changed` }).waitFor()
})

it('pages through the settings of many cities, and finds one by its name or id, without scripts', async () => {
  const ids = await cities(60)
  const { page } = await admins.enter('viewer', { javaScriptEnabled: false })
  await page.goto(`${shop.origin}/admin/settings/cities?search=city-`)
  const names = page.getByRole('rowheader').getByRole('link')
  await page.getByText(/^Page 1 of \d$/).waitFor()
  expect(await names.count()).toBe(50)
  const first = await names.allTextContents()
  await page.getByRole('link', { name: 'Next' }).click()
  await page.getByText(/^Page 2 of \d$/).waitFor()
  expect(first).not.toContain((await names.allTextContents())[0])
  expect(await page.getByLabel('Find a city').inputValue()).toBe('city-')

  await page.getByLabel('Find a city').fill(ids[9]?.toUpperCase() ?? '')
  await page.getByRole('button', { name: 'Show' }).click()
  await page.getByText('1 city', { exact: true }).waitFor()
  expect(await names.allTextContents()).toEqual([ids[9]])
  await page.getByLabel('Find a city').fill('york')
  await page.getByRole('button', { name: 'Show' }).click()
  await expect.poll(() => names.allTextContents()).toEqual(['New York'])
  await page.getByLabel('Find a city').fill('no such place')
  await page.getByRole('button', { name: 'Show' }).click()
  await page.getByRole('heading', { name: 'No city is like that' }).waitFor()
  await page.getByRole('link', { name: 'Show all cities' }).click()
  await expect.poll(() => names.count()).toBe(50)
})

/** Does what sends a form, and keeps it waiting. @returns lets it have its answer */
async function holdAnswer(page: Page, send: () => unknown): Promise<() => Promise<void>> {
  let held: Route | undefined
  await page.route(/\/admin\/bulk/, async (route) => {
    if (held || route.request().method() !== 'POST') await route.fallback()
    else held = route
  })
  await send()
  const route = await until(() => held)
  return () => route.continue()
}
