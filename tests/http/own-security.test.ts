import { describe, expect, it } from 'vitest'
import { addPasskey, confirmTotp, passkeyRegistrationOptions, startTotp } from '@/lib/accounts'
import { createSession } from '@/lib/accounts/sessions'
import { database } from '@/lib/database'
import { aClient, anAccount, signedIn, somebody, type TestAccount } from '../support/accounts'
import { codeOf } from '../support/authenticator-app'
import { callersSuite } from '../support/callers-suite'
import { aPasskeyDevice } from '../support/passkey-device'
import { aBrowser, type PlainBrowser } from '../support/plain-browser'

/** The pages on which people change how they sign in: what these say when that is done, and when it is not. */

const { shop } = callersSuite()

/** A browser whose session is live, whatever the account asks for at the sign-in. */
async function browserOf({ id: accountId }: TestAccount): Promise<PlainBrowser> {
  const { token } = await database()
    .transaction()
    .execute((trx) => createSession(trx, { accountId, stage: 'full', client: aClient('127.0.0.1') }))
  const browser = aBrowser(shop.origin)
  browser.setCookie('session', token)
  return browser
}

async function withApp(account: TestAccount): Promise<void> {
  const begun = await startTotp(await signedIn(account), somebody)
  if (!begun.ok) throw new Error(begun.code)
  const code = await codeOf(begun.value.secret)
  const on = await confirmTotp({ ...(await signedIn(account)), code }, somebody)
  if (!on.ok) throw new Error(on.code)
}

/** @returns the passkey's id */
async function withPasskey(account: TestAccount): Promise<string> {
  const device = aPasskeyDevice()
  const { challengeId, options } = await passkeyRegistrationOptions({ ...account, accountId: account.id })
  const response = device.register(options.challenge)
  const key = { ...(await signedIn(account)), name: 'Key ring', challengeId, response }
  const added = await addPasskey(key, somebody)
  if (!added.ok) throw new Error(added.code)
  return device.id
}

/** What a form of a page sends when that button is pressed. */
function sentBy(html: string, button: string): Record<string, string> {
  const forms = html.split('<form').map((text) => text.split('</form>')[0] ?? '')
  const form = forms.find((text) => text.includes(`>${button}</button>`)) ?? ''
  return Object.fromEntries(
    [...form.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  )
}

/** The page says it, and the same page does not when it is loaded again. */
async function saysOnce(browser: PlainBrowser, path: string, title: string): Promise<string> {
  const { text } = await browser.get(path)
  expect(text).toContain(`${title}</h2>`)
  expect((await browser.get(path)).text).not.toContain(`${title}</h2>`)
  return text
}

describe('what is done is said once, on the page that comes after', () => {
  it('a new password', async () => {
    const account = await anAccount('viewer')
    const browser = await browserOf(account)
    const change = { current: account.password, new: 'eleven lemons on a green boat' }
    const changed = await browser.post('/admin/security/password', change)
    expect([changed.status, changed.location]).toEqual([303, '/admin/security'])
    const text = await saysOnce(browser, '/admin/security', 'The password is changed')
    expect(text).toContain('Your other sessions have ended.')
  })

  it('an app that is removed', async () => {
    const account = await anAccount('viewer')
    await withApp(account)
    const browser = await browserOf(account)
    const { password } = account
    const removed = await browser.post('/admin/security/authenticator', { step: 'remove', password })
    expect([removed.status, removed.location]).toEqual([303, '/admin/security'])
    await saysOnce(browser, '/admin/security', 'The app is removed')
  })

  it('a passkey that is removed', async () => {
    const account = await anAccount('viewer')
    const id = await withPasskey(account)
    const browser = await browserOf(account)
    const { password } = account
    const removed = await browser.post('/admin/security/passkeys', { step: 'remove', id, password })
    expect([removed.status, removed.location]).toEqual([303, '/admin/security/passkeys'])
    await saysOnce(browser, '/admin/security/passkeys', 'The passkey is removed')
  })

  it('a session that is ended, and all others', async () => {
    const account = await anAccount('viewer')
    const [browser] = [await browserOf(account), await browserOf(account), await browserOf(account)]
    const page = '/admin/security'
    expect((await browser.post(page, sentBy((await browser.get(page)).text, 'End'))).status).toBe(303)
    const text = await saysOnce(browser, page, 'The session has ended')
    expect((await browser.post(page, sentBy(text, 'End all other sessions'))).status).toBe(303)
    await saysOnce(browser, page, 'Your other sessions have ended')
  })
})

it.each([
  ['', 'Your account'],
  ['/password', 'Password'],
  ['/authenticator', 'Authenticator app'],
  ['/passkeys', 'Passkeys'],
  ['/recovery-codes', 'Recovery codes'],
])('/admin/security%s has a title of its own', async (path, title) => {
  const browser = await browserOf(await anAccount('viewer'))
  const { text } = await browser.get(`/admin/security${path}`)
  expect(/<title>(.*?)<\/title>/.exec(text)?.[1]).toBe(`${title} – Console`)
})

describe('what is wrong is said of its field, and leads there', () => {
  /** Sends a form that is refused. @returns the fields that are wrong, and where the list of problems leads */
  async function refusedAt(browser: PlainBrowser, page: string, fields: Record<string, string>) {
    const { status, text } = await browser.post(`/admin/security/${page}`, fields)
    expect(status).toBe(422)
    const inputs = text.match(/<input[^>]*aria-invalid="true"[^>]*>/g) ?? []
    const ids = inputs.map((input) => / id="([^"]*)"/.exec(input)?.[1])
    for (const [at, id] of ids.entries()) {
      expect(inputs[at]).toContain(`${id}-error`)
      expect(text).toContain(`id="${id}-error"`)
    }
    return { ids, links: [...text.matchAll(/<a href="#([^"]*)">/g)].map(([, id]) => id) }
  }
  const only = (id: string) => ({ ids: [id], links: [id] })

  it('a password that is changed', async () => {
    const account = await anAccount('viewer')
    const browser = await browserOf(account)
    const change = { current: account.password, new: 'eleven lemons on a green boat' }
    expect(await refusedAt(browser, 'password', { ...change, current: 'no' })).toEqual(only('current'))
    expect(await refusedAt(browser, 'password', { ...change, new: 'short' })).toEqual(only('new'))
  })

  it('an app', async () => {
    const account = await anAccount('viewer')
    const browser = await browserOf(account)
    const wrong = { step: 'start', password: 'wrong' }
    expect(await refusedAt(browser, 'authenticator', wrong)).toEqual(only('start-password'))
    await browser.post('/admin/security/authenticator', { step: 'start', password: account.password })
    const code = { step: 'confirm', code: '000000' }
    expect(await refusedAt(browser, 'authenticator', code)).toEqual(only('code'))
  })

  it('passkeys and recovery codes', async () => {
    const account = await anAccount('viewer')
    const id = await withPasskey(account)
    const browser = await browserOf(account)
    const password = 'wrong'
    expect(await refusedAt(browser, 'passkeys', { step: 'begin', password })).toEqual(only('begin-password'))
    expect(await refusedAt(browser, 'passkeys', { step: 'remove', id, password })).toEqual(
      only(`remove-${id}-password`),
    )
    expect(await refusedAt(browser, 'recovery-codes', { password })).toEqual(only('password'))
  })
})
