import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '@/db/embedded-port'
import { anAccount } from '../support/accounts'
import { codeOf } from '../support/authenticator-app'
import { barriersIn } from '../support/barriers'
import { type Callers, callersOf } from '../support/callers'
import { isHydrated } from '../support/is-hydrated'
import { shopSuite } from '../support/shop-suite'

const { shop, visitors } = shopSuite({ expected: /status of 422/ })
let callers: Callers
/** Of a web process that knows its own address: a passkey is made for one. */
let origin: string

beforeAll(async () => {
  callers = callersOf(shop)
  const port = await freePort()
  await shop.startWeb(port)
  origin = `http://localhost:${port}`
})

// Hooks of the end run last to first: these connections close before the shop does.
afterAll(() => callers?.close())

async function signIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.goto(`${origin}/sign-in`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** A device that makes and uses passkeys, with its owner always there. */
async function withDevice(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

it('a passkey is made, asked for as the second step, and signs in by itself', async () => {
  const account = await anAccount('operator')
  const page = await visitors.arrive()
  await withDevice(page)
  await signIn(page, account)
  await page.getByText('Your password is all that protects this account').waitFor()

  await page.goto(`${origin}/admin/security/passkeys`)
  await page.getByLabel('Your password').fill(account.password)
  await page.getByRole('button', { name: 'Continue' }).click()
  const focused = () => page.evaluate(() => document.activeElement?.textContent)
  await expect.poll(focused).toBe('Name it, then let your device make it')
  expect(await page.getByLabel('Your password').count()).toBe(0)
  await page.keyboard.press('Tab')
  await page.keyboard.type('My phone')
  await page.keyboard.press('Enter')
  await page.getByText('Keep these recovery codes').waitFor()
  await page.getByRole('heading', { name: 'My phone' }).waitFor()

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
  await signIn(page, account)
  await page.getByRole('heading', { level: 1, name: 'Second step' }).waitFor()
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  expect(
    await shop.rows(
      `select action, after ->> 'factor' as factor from admin_audit where actor_label = $1
       and action like 'session%' and outcome = 'applied' order by id`,
      [account.email],
    ),
  ).toMatchObject([
    { action: 'session.sign_in', factor: null },
    { action: 'session.sign_out' },
    { action: 'session.password' },
    { action: 'session.second_factor', factor: 'passkey' },
    { action: 'session.sign_out' },
    { action: 'session.sign_in', factor: 'passkey' },
  ])
})

it('each form about one’s own sign-in is sent once, though its button is pressed twice', async () => {
  const account = await anAccount('operator')
  const page = await visitors.arrive()
  await withDevice(page)
  await signIn(page, account)
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  const open = (path: string) => page.goto(`${origin}/admin/security/${path}`)

  /** Presses it twice, and once more while the form is on its way. @returns how often the form was sent */
  async function pressTwice(name: string): Promise<number> {
    const { promise: hasBeenPressed, resolve } = Promise.withResolvers<void>()
    let sent = 0
    await page.route('**/admin/security/**', async (route) => {
      if (route.request().method() !== 'POST') return route.continue()
      sent++
      await hasBeenPressed
      return route.continue()
    })
    const button = page.getByRole('button', { name, exact: true })
    // A press before scripts are at work sends the form by itself.
    await page.waitForFunction(isHydrated)
    await button.dblclick()
    await expect.poll(() => button.getAttribute('aria-disabled')).toBe('true')
    await button.evaluate((pressed: HTMLButtonElement) => pressed.click())
    resolve()
    await expect.poll(() => button.count()).toBe(0)
    await page.unroute('**/admin/security/**')
    return sent
  }

  await open('password')
  await page.getByLabel('Current password').fill(account.password)
  const password = 'eleven lemons on a green boat'
  await page.getByLabel('New password').fill(password)
  expect(await pressTwice('Change the password')).toBe(1)
  await page.getByRole('heading', { name: 'The password is changed' }).waitFor()

  await open('authenticator')
  await page.getByLabel('Your password').fill(password)
  expect(await pressTwice('Show the QR code')).toBe(1)
  const secret = await page.locator('code').innerText()
  await page.getByLabel('Code that the app shows now').fill(await codeOf(secret))
  expect(await pressTwice('Use this app')).toBe(1)
  await page.getByText('Keep these recovery codes').waitFor()

  await open('recovery-codes')
  await page.getByLabel('Your password').fill(password)
  expect(await pressTwice('Make new codes')).toBe(1)
  await page.getByText('Keep these recovery codes').waitFor()

  await open('passkeys')
  await page.getByLabel('Your password').fill(password)
  expect(await pressTwice('Continue')).toBe(1)
  await page.getByLabel('Name', { exact: true }).fill('My phone')
  expect(await pressTwice('Make the passkey')).toBe(1)
  await page.getByRole('heading', { name: 'My phone' }).waitFor()
  await page.locator('form').filter({ hasText: 'My phone' }).getByLabel('Your password').fill(password)
  expect(await pressTwice('Remove My phone')).toBe(1)
  await page.getByRole('heading', { name: 'The passkey is removed' }).waitFor()

  await open('authenticator')
  await page.getByLabel('Your password').fill(password)
  expect(await pressTwice('Remove the app')).toBe(1)
  await page.getByRole('heading', { name: 'The app is removed' }).waitFor()
})

it('without scripts, too, a double click on such a form shows what it came to, and leaves nobody signed out', async () => {
  const account = await anAccount('operator')
  const page = await visitors.arrive({ javaScriptEnabled: false })
  await signIn(page, account)
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  await page.goto(`${origin}/admin/security/password`)
  await page.getByLabel('Current password').fill(account.password)
  const password = 'eleven lemons on a green boat'
  await page.getByLabel('New password').fill(password)
  await page.getByRole('button', { name: 'Change the password' }).dblclick()
  await page.getByRole('heading', { name: 'The password is changed' }).waitFor()

  await page.goto(`${origin}/admin/security/authenticator`)
  await page.getByLabel('Your password').fill(password)
  await page.getByRole('button', { name: 'Show the QR code' }).dblclick()
  const secret = await page.locator('code').innerText()
  await page.getByLabel('Code that the app shows now').fill(await codeOf(secret))
  await page.getByRole('button', { name: 'Use this app' }).dblclick()
  await page.getByText('Keep these recovery codes').waitFor()
  await page.goto(`${origin}/admin/security`)
  await page.getByText('10 left').waitFor()

  await page.getByRole('button', { name: 'Sign out' }).click()
  await signIn(page, { ...account, password })
  await page.getByLabel('Code').fill(await codeOf(secret, 1))
  await page.getByRole('button', { name: 'Continue' }).dblclick()
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
})

it('of a passkey that is not made it is said aloud, and of no field', async () => {
  const account = await anAccount('operator')
  const page = await visitors.arrive()
  await withDevice(page)
  await page.addInitScript(() => {
    navigator.credentials.create = () => Promise.reject(new DOMException('', 'NotAllowedError'))
  })
  await signIn(page, account)
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  await page.goto(`${origin}/admin/security/passkeys`)
  await page.getByLabel('Your password').fill(account.password)
  await page.getByRole('button', { name: 'Continue' }).click()
  const alert = page.getByRole('alert')
  for (let tries = 1; tries <= 2; tries++) {
    await page.getByRole('button', { name: 'Make the passkey' }).click()
    await alert.getByRole('heading', { name: 'No passkey was made' }).waitFor()
    await expect.poll(() => alert.evaluate((box) => box === document.activeElement)).toBe(true)
    expect(await page.getByLabel('Name', { exact: true }).getAttribute('aria-invalid')).toBeNull()
    expect(await page.locator('.field__error').count()).toBe(0)
  }
  expect(await barriersIn(page)).toEqual([])
})

it('whoever gets no answer to their passkey reads that it is the shop’s fault, not the passkey’s', async () => {
  const page = await visitors.arrive()
  await withDevice(page)
  let answer: { status: number } | 'none' = 'none'
  await page.route('**/sign-in/passkey-options', (route) =>
    answer === 'none' ? route.abort() : route.fulfill(answer),
  )
  await page.goto(`${origin}/sign-in`)
  const use = () => page.getByRole('button', { name: 'Use a passkey' }).click()
  const said = page.getByRole('status')
  await use()
  await said.getByText('The shop did not answer. Try again in a minute.').waitFor()
  answer = { status: 429 }
  await use()
  await said.getByText('Too many attempts. Try again in a minute.').waitFor()
  answer = { status: 503 }
  await use()
  await said.getByText('The shop did not answer. Try again in a minute.').waitFor()
  expect(visitors.takeComplaints().every((text) => /ERR_FAILED|status of (429|503)/.test(text))).toBe(true)
})

it('the sign-in and its steps have no barrier, in light or in dark', async () => {
  const account = await anAccount('operator')
  const page = await visitors.arrive()
  await signIn(page, { ...account, password: 'wrong and long enough' })
  await page.getByText('Email or password is wrong.').waitFor()
  expect(await barriersIn(page)).toEqual([])
  await signIn(page, account)
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  for (const path of ['', '/authenticator', '/passkeys', '/recovery-codes', '/password']) {
    await page.goto(`${origin}/admin/security${path}`)
    expect([path, await barriersIn(page)]).toEqual([path, []])
  }
  await page.goto(`${origin}/admin/security/authenticator`)
  await page.getByLabel('Your password').fill(account.password)
  await page.getByRole('button', { name: 'Show the QR code' }).click()
  await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor()
  expect(await barriersIn(page)).toEqual([])
})

it('the key of an app is shown in groups of four, and copied by one press as it is, on a phone, too', async () => {
  const account = await anAccount('operator')
  const page = await visitors.arrive({ viewport: { width: 390, height: 844 } })
  await signIn(page, account)
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  await page.goto(`${origin}/admin/security/authenticator`)
  await page.getByLabel('Your password').fill(account.password)
  await page.getByRole('button', { name: 'Show the QR code' }).click()
  const key = page.locator('code')
  await key.click()
  const selected = await page.evaluate(() => getSelection()?.toString())
  expect(selected).toMatch(/^[A-Z2-7]{32}$/)
  const groups = await key.locator('span').allInnerTexts()
  expect([groups.length, groups.join('')]).toEqual([8, selected])
  const boxes = await Promise.all((await key.locator('span').all()).map((group) => group.boundingBox()))
  const [first, second] = boxes.map((box) => box ?? { x: 0, y: 0, width: 0 })
  expect((second?.x ?? 0) - (first?.x ?? 0) - (first?.width ?? 0)).toBeGreaterThan(4)
})

it.each(['light', 'dark'] as const)(
  'the documentation shows where the focus is, in %s colours',
  async (colorScheme) => {
    const page = await visitors.arrive({ colorScheme })
    await page.goto(`${origin}/api/docs`)
    const row = page.locator('.opblock-summary-control').first()
    await row.waitFor()
    const outline = () => row.evaluate((button) => getComputedStyle(button).outlineStyle)
    for (let tabs = 0; tabs < 20; tabs++) {
      await page.keyboard.press('Tab')
      if (await row.evaluate((button) => button === document.activeElement)) break
    }
    expect(await outline()).not.toBe('none')
  },
)

it('the documentation can be read and tried, under the same policy as every page', async () => {
  const page = await visitors.arrive()
  await page.goto(`${origin}/api/docs`)
  await page.getByText('Seats left in all cities, or in one').waitFor()
  expect(await page.getByRole('link', { name: 'All workshops' }).getAttribute('href')).toBe('/')
  expect(await page.getByText('Add hidden seats to a city and tier').count()).toBe(0)
  await page.getByText('Seats left in all cities, or in one').click()
  await page.getByRole('button', { name: 'Try it out' }).click()
  await page.getByRole('button', { name: 'Execute' }).click()
  await page.locator('.live-responses-table').getByText('dallas-jan-2026').first().waitFor()

  const account = await anAccount('viewer')
  await signIn(page, account)
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  await page.goto(`${origin}/api/docs`)
  await page.getByText('Add hidden seats to a city and tier').waitFor()
  await page.getByRole('link', { name: 'Back to the console' }).click()
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
})
