import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { consoleSuite } from '../support/console-suite'
import { until } from '../support/until'

/** An owner's work: cities, payments, admins, tokens, and the log of it all. */

const { shop, visitors, admins } = consoleSuite({ expected: /status of 4(01|03|09|22)/ })

it('adds a city, which customers see at once', async () => {
  const { page, email } = await admins.enter('owner')
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('link', { name: 'Add a city' }).click()
  await page.getByLabel('Id', { exact: true }).fill('Austin')
  await page.getByLabel('Name', { exact: true }).fill('Austin')
  await page.getByLabel('First day').fill('2099-07-10')
  await page.getByLabel('Last day').fill('2099-07-11')
  await page.getByLabel('GA amount').fill('1,200')
  await page.getByLabel('GA seats that customers see').fill('20')
  await page.getByLabel('Sale', { exact: true }).selectOption('on_sale')
  await page.getByRole('button', { name: 'Add the city' }).click()
  await page.getByRole('link', { name: /An id is made of small letters/ }).waitFor()
  expect(await page.getByLabel('GA amount').inputValue()).toBe('1,200')
  await page.getByLabel('Id', { exact: true }).fill('austin-jul-2099')
  await page.getByRole('button', { name: 'Add the city' }).click()
  await page.getByRole('heading', { name: 'Austin is there' }).waitFor()
  expect(await admins.auditRows(email, 'austin-jul-2099')).toMatchObject([
    { action: 'city.create', outcome: 'applied' },
  ])

  // The other process hears of it a moment later.
  const address = `${shop.otherOrigin}/cities/austin-jul-2099`
  await until(async () => (await fetch(address)).ok)
  const visitor = await visitors.arrive()
  await visitor.goto(address)
  await visitor.getByRole('heading', { level: 1, name: 'Austin' }).waitFor()
  await visitor.getByText('$1,200').first().waitFor()
  await visitor.getByText('20', { exact: true }).first().waitFor()
})

it('archives a city and brings it back, in the sale state that it was given meanwhile', async () => {
  const { page, email } = await admins.enter('owner')
  const settings = `${shop.origin}/admin/settings/cities/sf-jun-2026`
  await page.goto(settings)
  await page.locator('summary', { hasText: 'Archive San Francisco' }).click()
  await page.getByRole('button', { name: 'Archive San Francisco' }).click()
  await page.getByRole('heading', { name: 'The city is archived' }).waitFor()
  expect((await fetch(`${shop.origin}/cities/sf-jun-2026`)).status).toBe(404)

  await page.getByRole('link', { name: 'Change the sale' }).click()
  await page.getByRole('link', { name: 'Pause the sale' }).click()
  await page.getByText('nobody can buy until it is brought back').waitFor()
  await page.getByRole('button', { name: 'Pause the sale' }).click()
  await page.getByRole('heading', { name: 'San Francisco: paused' }).waitFor()

  await page.goto(settings)
  await page.getByRole('button', { name: 'Bring San Francisco back' }).click()
  await page.getByRole('heading', { name: 'The city is back on the lists' }).waitFor()
  const visitor = await visitors.arrive()
  await visitor.goto(`${shop.origin}/cities/sf-jun-2026`)
  await visitor.getByRole('heading', { name: 'Sales are paused' }).waitFor()
  expect((await admins.auditRows(email, 'sf-jun-2026')).map(({ action }) => action)).toEqual([
    'city.restore',
    'city.sale_state',
    'city.archive',
  ])
})

it('shows public limits and the sale, and leads whoever may change them to the city’s page', async () => {
  const { page } = await admins.enter('operator')
  const [address, city] = ['/admin/settings/cities/vegas-mar-2026', '/admin/cities/vegas-mar-2026']
  await page.goto(shop.origin + address)
  const panel = page.getByRole('region', { name: 'Public limits and sale' })
  const facts = await panel.locator('dl > div').allInnerTexts()
  expect(facts.map((fact) => fact.replaceAll(/\s+/g, ' '))).toEqual([
    'GA: public limit 35 Change the public GA limit',
    'VIP: public limit 15 Change the public VIP limit',
    'Sale On sale Change the sale',
  ])
  for (const [name, at] of [
    ['Change the public VIP limit', 'tier-vip'],
    ['Change the sale', 'sale'],
  ] as const) {
    await page.goto(shop.origin + address)
    await panel.getByRole('link', { name }).click()
    await page.waitForURL(`${shop.origin}${city}#${at}`)
    await page.locator(`#${at}`).waitFor()
  }

  const viewer = await admins.enter('viewer')
  await viewer.page.goto(shop.origin + address)
  await viewer.page.getByText('GA: public limit').waitFor()
  expect(await viewer.page.getByRole('link', { name: /^Change the/ }).count()).toBe(0)
})

it('sets what becomes of a payment without a seat', async () => {
  const { page, email } = await admins.enter('owner')
  await page.goto(`${shop.origin}/admin/settings/payments`)
  await page.getByLabel('is refunded at once').check()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'The setting is saved' }).waitFor()
  expect(await page.getByLabel('is refunded at once').isChecked()).toBe(true)
  expect(await admins.auditRows(email)).toMatchObject([
    { action: 'settings.payments', before: { noSeat: 'wait' }, after: { noSeat: 'refund' } },
  ])
})

it('makes an admin with a password shown once, changes the role, ends the sessions, disables', async () => {
  const { page, email, password: own } = await admins.enter('owner')
  await page.goto(`${shop.origin}/admin/settings/admins`)
  await page.getByLabel('Email').fill('new@example.com')
  await page.getByLabel('Your password').fill('wrong lemons')
  await page.getByRole('button', { name: 'Add the admin' }).click()
  await page.getByRole('link', { name: 'The password is wrong.' }).click()
  const asked = page.getByLabel('Your password')
  await expect.poll(() => asked.evaluate((input) => input === document.activeElement)).toBe(true)
  expect(await page.getByLabel('Email').inputValue()).toBe('new@example.com')
  await asked.fill(own)
  await page.getByRole('button', { name: 'Add the admin' }).click()
  const password = (await page.locator('[data-secret]').textContent()) ?? ''

  const newcomer = await visitors.arrive()
  const signIn = async (secret: string) => {
    await newcomer.goto(`${shop.origin}/sign-in`)
    await newcomer.getByLabel('Email').fill('new@example.com')
    await newcomer.getByLabel('Password').fill(secret)
    await newcomer.getByRole('button', { name: 'Sign in', exact: true }).click()
  }
  await signIn(password)
  await newcomer.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  expect(await newcomer.getByRole('link', { name: 'Many cities' }).count()).toBe(0)

  await page.goto(`${shop.origin}/admin/settings/admins`)
  await page.getByRole('link', { name: 'new@example.com' }).click()
  await page.getByRole('heading', { level: 1, name: 'Admin' }).waitFor()
  await page.getByLabel('Role').selectOption('operator')
  await page.locator('#role-password').fill(own)
  await page.getByRole('button', { name: 'Change the role' }).click()
  await page.getByRole('heading', { name: 'The role is changed; all sessions have ended' }).waitFor()
  await newcomer.goto(`${shop.origin}/admin`)
  await newcomer.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()

  await page.locator('summary', { hasText: 'Replace the password' }).click()
  await page.locator('#password-password').fill(own)
  await page.getByRole('button', { name: 'Replace the password' }).click()
  const replaced = (await page.locator('[data-secret]').textContent()) ?? ''
  expect(replaced).not.toBe(password)
  await signIn(replaced)
  await newcomer.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  await page.locator('summary', { hasText: 'Disable the account' }).click()
  await page.getByRole('button', { name: 'Disable the account' }).click()
  await page.getByRole('heading', { name: 'The account is disabled; all sessions have ended' }).waitFor()
  await signIn(replaced)
  await newcomer.getByText('Email or password is wrong.').waitFor()
  const actions = (await admins.auditRows(email, 'new@example.com')).map(({ action }) => action)
  expect(actions).toEqual(['account.disable', 'account.password_reset', 'account.role', 'account.create'])
})

it('keeps the last owner', async () => {
  await shop.sql(`update admin_accounts set role = 'viewer' where role = 'owner'`)
  const { page, email } = await admins.enter('owner')
  await page.goto(`${shop.origin}/admin/settings/admins`)
  await page.getByRole('link', { name: email }).click()
  await page.getByRole('heading', { level: 1, name: 'Admin' }).waitFor()
  await page.getByLabel('Role').selectOption('viewer')
  await page.getByRole('button', { name: 'Change the role' }).click()
  await page.getByRole('alert').getByText('This is the only owner who can sign in').waitFor()
  expect(await admins.auditRows(email, email)).toMatchObject([
    { action: 'account.role', outcome: 'refused', code: 'last_owner' },
  ])
})

it('leaves an owner’s own password and second factor to the pages that ask for the password', async () => {
  const { page, email, password: own } = await admins.enter('owner')
  await page.goto(`${shop.origin}/admin/settings/admins`)
  await page.getByRole('link', { name: email }).click()
  await page.getByRole('heading', { level: 2, name: 'Access' }).waitFor()
  await page.locator('summary', { hasText: 'Disable the account' }).waitFor()
  for (const step of ['Replace the password', 'Remove the second factor'])
    expect([step, await page.locator('summary', { hasText: step }).count()]).toEqual([step, 0])
  for (const form of ['password', 'second-factor']) {
    const answer = await page.request.post(page.url(), {
      form: { form, password: own },
      headers: { origin: shop.origin },
      maxRedirects: 0,
    })
    expect([form, answer.status()]).toEqual([form, 409])
    expect(await answer.text()).toContain('Change your own password and second factor')
  }
  await page.getByRole('main').getByRole('link', { name: 'Your account' }).click()
  await page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor()
  // Whoever finds another day here knows that somebody else has changed it.
  const password = page.getByRole('listitem').filter({ hasText: 'Password' })
  await password.getByText(/^Set \w{3} \d+, \d{4}, \d+:\d\d\s[AP]M\sUTC$/).waitFor()
})

it('makes a token that works, and revokes it', async () => {
  const { page, email, password } = await admins.enter('owner')
  await page.goto(`${shop.origin}/admin/settings/tokens`)
  await page.getByLabel('Name').fill('Reports')
  await page.getByLabel('Your password').fill(password)
  await page.getByRole('button', { name: 'Make the token' }).click()
  const token = (await page.locator('[data-secret]').textContent()) ?? ''
  const call = async () =>
    (await fetch(`${shop.origin}/api/admin/inventory`, { headers: { Authorization: `Bearer ${token}` } }))
      .status
  expect(await call()).toBe(200)
  await page.locator('summary', { hasText: 'Revoke Reports' }).click()
  await page.getByRole('button', { name: 'Revoke Reports' }).click()
  await page.getByRole('heading', { name: 'The token is revoked' }).waitFor()
  expect(await call()).toBe(401)
  expect((await admins.auditRows(email, 'Reports')).map(({ action }) => action)).toEqual([
    'token.revoke',
    'token.create',
  ])
})

it('shows the log with filters, and as CSV', async () => {
  const owner = await admins.enter('owner')
  await owner.page.goto(`${shop.origin}/admin/settings/tokens`)
  await owner.page.getByLabel('Name').fill('Audit')
  await owner.page.getByLabel('Your password').fill(owner.password)
  await owner.page.getByRole('button', { name: 'Make the token' }).click()
  await owner.page.locator('[data-secret]').waitFor()
  const { page } = await admins.enter('viewer')
  await page.getByRole('link', { name: 'Audit log' }).click()
  await page.getByLabel('Who').fill(owner.email)
  await page.getByLabel('Action').fill('token.create')
  await page.getByRole('button', { name: 'Show' }).click()
  // The entry is on the unfiltered page as well, so the rows are counted until the filtered one is there.
  await expect.poll(() => page.getByRole('table').getByRole('row').count()).toBe(2)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'CSV' }).click(),
  ])
  const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n')
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(/^\ufeffid,at,actor_kind/)
  expect(lines[1]).toContain(owner.email)
  const known = page.locator('datalist#actions option')
  expect(
    await known.evaluateAll((options) => options.map((option) => option.getAttribute('value'))),
  ).toContain('settings.payments')
})

it('refuses a day of the log’s filter that cannot be read, on the page and in the file', async () => {
  const { page } = await admins.enter('viewer')
  await page.goto(`${shop.origin}/admin/audit-log?from=yesterday&action=settings.payments`)
  await page.getByRole('heading', { name: 'The filter cannot be read' }).waitFor()
  await page.getByRole('alert').getByRole('link', { name: 'Write a date as 2026-01-31' }).click()
  const from = page.getByLabel('From (day in UTC)')
  await expect.poll(() => from.evaluate((input) => input === document.activeElement)).toBe(true)
  expect(await from.getAttribute('aria-invalid')).toBe('true')
  expect(await page.getByLabel('Action').inputValue()).toBe('settings.payments')
  expect(await page.getByRole('table').count()).toBe(0)
  const file = await page.request.get(`${shop.origin}/admin/audit-log.csv?from=yesterday`)
  expect(file.status()).toBe(422)
})

it.each(['viewer', 'operator'] as const)('a %s sees settings and changes none', async (role) => {
  const { page } = await admins.enter(role)
  await page.goto(`${shop.origin}/admin/settings/cities`)
  expect(await page.getByRole('link', { name: 'Add a city' }).count()).toBe(0)
  expect(await page.getByRole('link', { name: 'API tokens' }).count()).toBe(0)
  await page.goto(`${shop.origin}/admin/cities/dallas-jan-2026`)
  await page.getByRole('link', { name: 'Dates, prices and settings' }).click()
  await page.getByText('Only owners change name, place, dates and prices.').waitFor()
  expect(await page.getByRole('button', { name: 'Save the changes' }).count()).toBe(0)
  const statuses = await page.evaluate(async () => {
    const sent = ['cities/dallas-jan-2026', 'cities/new', 'payments', 'admins', 'tokens'].map((path) =>
      fetch(`/admin/settings/${path}`, { method: 'POST', body: new URLSearchParams({ form: 'archive' }) }),
    )
    return (await Promise.all(sent)).map(({ status }) => status)
  })
  expect(statuses).toEqual([403, 403, 403, 403, 403])
  for (const path of ['admins', 'tokens', 'cities/new'])
    expect((await page.goto(`${shop.origin}/admin/settings/${path}`))?.status()).toBe(403)
})
