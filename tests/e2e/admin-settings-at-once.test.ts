import type { Page } from 'playwright'
import { expect, it } from 'vitest'
import { consoleSuite } from '../support/console-suite'

/** Settings that two owners change at once, and forms that are sent twice. */

const { shop, admins } = consoleSuite({ expected: /status of 4(01|03|09|22)/ })

it.each([
  ['with', { venue: 'The Hall', price: 1_100 }],
  ['without', { venue: 'The Theatre', price: 1_200 }],
] as const)(
  'edits a city; the second of two owners sees what the first did, %s scripts',
  async (scripts, made) => {
    const [one, other] = [
      await admins.enter('owner'),
      await admins.enter('owner', { javaScriptEnabled: scripts === 'with' }),
    ]
    for (const { page } of [one, other])
      await page.goto(`${shop.origin}/admin/settings/cities/chicago-may-2026`)
    const save = async ({ page }: typeof one) =>
      page.getByRole('button', { name: 'Save the changes' }).click()
    const city = () =>
      shop.rows(`select venue, amount_cents from cities join prices on city_id = id and tier = 'ga'
      where id = 'chicago-may-2026'`)
    const before = await one.page.getByLabel('Venue').inputValue()
    await one.page.getByLabel('Venue').fill(made.venue)
    await save(one)
    await one.page.getByRole('heading', { name: 'Chicago is changed' }).waitFor()

    // What cannot be read is told first, and does not count as having seen the rest.
    await other.page.getByLabel('GA amount').fill('much')
    await save(other)
    await other.page.getByRole('link', { name: /price must look like/ }).waitFor()
    await other.page.getByLabel('GA amount').fill(String(made.price))
    await save(other)
    await other.page.getByRole('alert').getByText('Somebody else has changed this city meanwhile').waitFor()
    await other.page.getByText(`Somebody else has changed this. It was: ${before || 'nothing'}`).waitFor()
    expect(await other.page.getByLabel('Venue').inputValue()).toBe(made.venue)
    expect(await other.page.getByLabel('GA amount').inputValue()).toBe(String(made.price))
    await save(other)
    await other.page.getByRole('heading', { name: 'Chicago is changed' }).waitFor()
    expect(await city()).toEqual([{ venue: made.venue, amount_cents: made.price * 100 }])

    // The first one has seen none of this, and changes the same field.
    const last = made.price + 5
    await one.page.getByLabel('GA amount').fill(String(last))
    await save(one)
    await one.page.getByText(`Somebody else has set this to: ${made.price}`).waitFor()
    expect(await one.page.getByLabel('GA amount').inputValue()).toBe(String(last))
    await save(one)
    // The page still says that the first change was made.
    await expect.poll(city).toEqual([{ venue: made.venue, amount_cents: last * 100 }])
    expect(await admins.auditRows(other.email, 'chicago-may-2026')).toMatchObject([
      { action: 'city.edit', outcome: 'applied' },
      { action: 'city.edit', outcome: 'refused', code: 'changed_meanwhile' },
      { action: 'city.edit', outcome: 'refused', code: 'invalid' },
    ])
  },
)

it.each(['with', 'without'])(
  'changes a limit that somebody else has changed meanwhile, %s scripts',
  async (scripts) => {
    const { page } = await admins.enter('operator', { javaScriptEnabled: scripts === 'with' })
    const to = scripts === 'with' ? 12 : 10
    await page.goto(`${shop.origin}/admin/cities/nyc-apr-2026/relimit?tier=vip&to=${to}`)
    await shop.sql(
      `update inventory set public_limit = public_limit - 1 where city_id = 'nyc-apr-2026' and tier = 'vip'`,
    )
    const change = page.getByRole('button', { name: `Set the public limit to ${to}` })
    await change.click()
    await page.getByRole('alert').getByText('The limit is now').waitFor()
    await page.getByRole('row', { name: `Public limit ${scripts === 'with' ? 14 : 11} ${to}` }).waitFor()
    await change.click()
    await page.getByRole('heading', { name: `VIP: the public limit is ${to}` }).waitFor()
  },
)

it.each(['with', 'without'])(
  'shows a second owner what the first has set of alerts and payments, %s scripts',
  async (scripts) => {
    const [one, other] = [
      await admins.enter('owner'),
      await admins.enter('owner', { javaScriptEnabled: scripts === 'with' }),
    ]
    const both = async (path: string) => {
      for (const { page } of [one, other]) await page.goto(`${shop.origin}/admin/${path}`)
    }
    const press = async ({ page }: typeof one, name: string) =>
      page.getByRole('button', { name, exact: true }).click()
    const refused = other.page.getByRole('alert').getByText('Somebody else has changed this meanwhile')

    await both('settings/payments')
    const choice = scripts === 'with' ? 'is refunded at once' : 'waits for an admin'
    await one.page.getByLabel(choice).check()
    await press(one, 'Save')
    await one.page.getByRole('heading', { name: 'The setting is saved' }).waitFor()
    await press(other, 'Save')
    await refused.waitFor()
    await expect.poll(() => other.page.getByLabel(choice).isChecked()).toBe(true)
    await press(other, 'Save')
    await other.page.getByRole('heading', { name: 'The setting is saved' }).waitFor()

    await both('alerts/settings')
    const lowest = scripts === 'with' ? '30' : '31'
    const before = await one.page.getByLabel('GA 1: seats left').inputValue()
    await one.page.getByLabel('GA 1: seats left').fill(lowest)
    await press(one, 'Save the thresholds')
    await one.page.getByRole('heading', { name: 'The thresholds are saved' }).waitFor()
    await other.page.getByLabel('VIP 1: seats left').fill(lowest)
    await press(other, 'Save the thresholds')
    await refused.waitFor()
    await other.page
      .getByText(`Somebody else has removed this: ${before} left, Low, by Slack, Email`)
      .waitFor()
    await press(other, 'Save the thresholds')
    await other.page.getByRole('heading', { name: 'The thresholds are saved' }).waitFor()
    expect(
      await shop.rows(`select tier from alert_thresholds where remaining = $1 order by tier`, [lowest]),
    ).toEqual([{ tier: 'ga' }, { tier: 'vip' }])

    await both('alerts/settings')
    await one.page.getByLabel('Gather for').fill(`1${lowest}`)
    await press(one, 'Save when alerts wait')
    await one.page.getByRole('heading', { name: 'The settings are saved' }).waitFor()
    await other.page.getByLabel('Quiet hours').setChecked(scripts === 'with')
    await press(other, 'Save when alerts wait')
    await refused.waitFor()
    await other.page.getByText('Somebody else has changed this. It was: ').waitFor()
    expect(await other.page.getByLabel('Quiet hours').isChecked()).toBe(scripts === 'with')
    await press(other, 'Save when alerts wait')
    await other.page.getByRole('heading', { name: 'The settings are saved' }).waitFor()
    expect(await other.page.getByLabel('Gather for').inputValue()).toBe(`1${lowest}`)

    await both('alerts/settings')
    await one.page.getByLabel('These instead').check()
    await one.page.getByLabel('Email addresses').fill(`one-${lowest}@example.com`)
    await press(one, 'Save who is told')
    await one.page.getByRole('heading', { name: 'The settings are saved' }).waitFor()
    await other.page.getByLabel('Phone numbers').fill(`+121455501${lowest}`)
    await other.page.getByLabel('These instead').check()
    await press(other, 'Save who is told')
    await refused.waitFor()
    // The refusal is shown before what is stored has been read again.
    await expect
      .poll(() => other.page.getByLabel('Email addresses').inputValue())
      .toBe(`one-${lowest}@example.com`)
    await press(other, 'Save who is told')
    await other.page.getByRole('heading', { name: 'The settings are saved' }).waitFor()
    const [{ value } = { value: null }] = await shop.rows<{ value: unknown }>(
      `select value from settings where key = 'alerts'`,
    )
    expect(value).toMatchObject({
      recipients: { emails: [`one-${lowest}@example.com`], phones: [`+121455501${lowest}`] },
    })
  },
)

it('does once what is sent twice, and says that it is done', async () => {
  const { page, email, password } = await admins.enter('owner', { javaScriptEnabled: false })
  const applied = async (target?: string) =>
    (await admins.auditRows(email, target)).map(({ action, outcome }) => [action, outcome])

  await page.goto(`${shop.origin}/admin/settings/cities/new`)
  await page.getByLabel('Id', { exact: true }).fill('boise-jul-2099')
  await page.getByLabel('Name', { exact: true }).fill('Boise')
  await page.getByLabel('First day').fill('2099-07-10')
  await page.getByLabel('Last day').fill('2099-07-11')
  await page.getByRole('button', { name: 'Add the city' }).dblclick()
  await page.getByRole('heading', { name: 'Boise is there' }).waitFor()
  await page.getByLabel('Venue').fill('The Hall')
  await page.getByRole('button', { name: 'Save the changes' }).dblclick()
  await page.getByRole('heading', { name: 'Boise is changed' }).waitFor()
  await page.locator('summary', { hasText: 'Archive Boise' }).click()
  await page.getByRole('button', { name: 'Archive Boise' }).dblclick()
  await page.getByRole('heading', { name: 'The city is archived' }).waitFor()
  await page.getByRole('button', { name: 'Bring Boise back' }).dblclick()
  await page.getByRole('heading', { name: 'The city is back on the lists' }).waitFor()
  expect(await applied('boise-jul-2099')).toEqual([
    ['city.restore', 'applied'],
    ['city.archive', 'applied'],
    ['city.edit', 'applied'],
    ['city.create', 'applied'],
  ])

  await page.goto(`${shop.origin}/admin/settings/tokens`)
  await page.getByLabel('Name').fill('Twice')
  await page.getByLabel('Your password').fill(password)
  await page.getByRole('button', { name: 'Make the token' }).click()
  await page.locator('summary', { hasText: 'Revoke Twice' }).click()
  await page.getByRole('button', { name: 'Revoke Twice' }).dblclick()
  await page.getByRole('heading', { name: 'The token is revoked' }).waitFor()
  expect(await applied('Twice')).toEqual([
    ['token.revoke', 'applied'],
    ['token.create', 'applied'],
  ])

  await page.goto(`${shop.origin}/admin/links?cityId=boise-jul-2099`)
  await page.getByRole('button', { name: 'Make the link' }).click()
  await page.locator('summary', { hasText: 'Revoke' }).click()
  await page.getByRole('button', { name: /^Revoke the link/ }).dblclick()
  await page.getByRole('heading', { name: 'The link is revoked' }).waitFor()
  expect((await applied('boise-jul-2099')).slice(0, 2)).toEqual([
    ['link.revoke', 'applied'],
    ['link.issue', 'applied'],
  ])

  await page.goto(`${shop.origin}/admin/settings/payments`)
  await page.getByLabel('is refunded at once').check()
  await page.getByRole('button', { name: 'Save' }).dblclick()
  await page.getByRole('heading', { name: 'The setting is saved' }).waitFor()
  await page.getByLabel('waits for an admin').check()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'The setting is saved' }).waitFor()

  await page.goto(`${shop.origin}/admin/alerts/settings`)
  await page.getByLabel('GA 1: seats left').fill('26')
  await page.getByRole('button', { name: 'Save the thresholds' }).dblclick()
  await page.getByRole('heading', { name: 'The thresholds are saved' }).waitFor()
  await page.getByLabel('Gather for').fill('61')
  await page.getByRole('button', { name: 'Save when alerts wait' }).dblclick()
  await page.getByRole('heading', { name: 'The settings are saved' }).waitFor()
  expect((await applied()).slice(0, 4)).toEqual([
    ['settings.alerts', 'applied'],
    ['alert.thresholds', 'applied'],
    ['settings.payments', 'applied'],
    ['settings.payments', 'applied'],
  ])
})

it('ends a session and changes a role once, though each form comes twice', async () => {
  const other = await admins.enter('viewer')
  const { page, email, password } = await admins.enter('owner', { javaScriptEnabled: false })
  await page.goto(`${shop.origin}/admin/settings/admins`)
  await page.getByRole('link', { name: other.email }).click()
  const sendTwice = async (button: RegExp, fields: Record<string, string>) => {
    const form = page.locator('form').filter({ has: page.getByRole('button', { name: button }) })
    const key = await form.locator('[name=key]').inputValue()
    const send = async () => {
      const answer = await page.request.post(page.url(), {
        form: { key, ...fields },
        headers: { origin: shop.origin },
        maxRedirects: 0,
      })
      return answer.status()
    }
    expect([await send(), await send()]).toEqual([303, 303])
    await page.reload()
  }
  const sessionId = await page.locator('[name=sessionId]').inputValue()
  await sendTwice(/^End the session/, { form: 'session', sessionId })
  await page.getByRole('heading', { name: 'The session has ended' }).waitFor()
  await sendTwice(/^Change the role/, { form: 'role', role: 'operator', password })
  await page.getByRole('heading', { name: 'The role is changed; all sessions have ended' }).waitFor()
  const rows = await admins.auditRows(email, other.email)
  expect(rows.map(({ action, outcome }) => [action, outcome])).toEqual([['account.role', 'applied']])
})

it.each([
  {
    at: '/admin/settings/cities/new',
    button: 'Add the city',
    done: 'Reno is there',
    fill: async (page: Page, month: string) => {
      await page.getByLabel('Id', { exact: true }).fill(`reno-${month}-2099`)
      await page.getByLabel('Name', { exact: true }).fill('Reno')
      await page.getByLabel('First day').fill('2099-07-10')
      await page.getByLabel('Last day').fill('2099-07-11')
    },
  },
  {
    at: '/admin/links',
    button: 'Make the link',
    done: 'A link to 2 seats',
    fill: (page: Page, note: string) => page.getByLabel('Note').fill(note),
  },
  {
    at: '/admin/settings/tokens',
    button: 'Make the token',
    done: 'Token aug',
    fill: (page: Page, name: string) => page.getByLabel('Name').fill(name),
  },
  {
    at: '/admin/settings/admins',
    button: 'Add the admin',
    done: 'reno-aug@example.com can sign in',
    fill: (page: Page, name: string) => page.getByLabel('Email').fill(`reno-${name}@example.com`),
  },
  {
    at: '/admin/alerts',
    button: 'Send the message',
    done: 'Nobody was told',
    fill: async (page: Page, text: string) => {
      const step = page.locator('details', { hasText: 'Tell the team something' })
      await step.evaluate((details: HTMLDetailsElement) => (details.open = true))
      await page.getByLabel('Message').fill(text)
    },
  },
])(
  'lets what was sent before be sent anew with other content: $button',
  async ({ at, button, done, fill }) => {
    const { page, password } = await admins.enter('owner')
    await page.goto(shop.origin + at)
    const asked = page.getByLabel('Your password')
    if (await asked.count()) await asked.fill(password)
    await fill(page, 'jul')
    const pressed = page.getByRole('button', { name: button })
    const fields = await pressed.evaluate((element: HTMLButtonElement) => {
      const written = new FormData(element.form ?? undefined, element)
      return [...written].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))
    })
    // As if its answer had been lost.
    const headers = { origin: shop.origin, 'content-type': 'application/x-www-form-urlencoded' }
    const data = new URLSearchParams(fields).toString()
    const answer = await page.request.post(shop.origin + at, { headers, data, maxRedirects: 0 })
    expect([200, 303]).toContain(answer.status())
    await page.context().clearCookies({ name: 'console-notice' })

    await fill(page, 'aug')
    await pressed.click()
    await page.getByRole('alert').getByText('This form was sent before with other content').waitFor()
    await pressed.click()
    await page.getByRole('heading', { name: done }).waitFor()
  },
)
