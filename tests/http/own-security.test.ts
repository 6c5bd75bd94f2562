import { describe, expect, it } from 'vitest'
import { addPasskey, confirmTotp, passkeyRegistrationOptions, startTotp } from '@/lib/accounts'
import { createSession } from '@/lib/accounts/sessions'
import { database } from '@/lib/database'
import { aClient, anAccount, signedIn, somebody, type TestAccount } from '../support/accounts'
import { codeOf } from '../support/authenticator-app'
import { callersSuite } from '../support/callers-suite'
import { aPasskeyDevice } from '../support/passkey-device'
import { aBrowser, type PlainBrowser } from '../support/plain-browser'
import { moveClock } from '../support/stories/clock'

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

/** @returns the code that the app shows, which has yet to be confirmed */
async function withAppBegun(account: TestAccount): Promise<string> {
  const begun = await startTotp(await signedIn(account), somebody)
  if (!begun.ok) throw new Error(begun.code)
  return codeOf(begun.value.secret)
}

async function withApp(account: TestAccount): Promise<void> {
  const code = await withAppBegun(account)
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
  const forms = html
    .replaceAll('<!-- -->', '')
    .split('<form')
    .map((text) => text.split('</form>')[0] ?? '')
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

  it('all other sessions, once, though the button is pressed twice', async () => {
    const account = await anAccount('viewer')
    const browser = await browserOf(account)
    await browserOf(account)
    const page = '/admin/security'
    const sent = sentBy((await browser.get(page)).text, 'End all other sessions')
    expect((await browser.post(page, sent)).status).toBe(303)
    const newcomer = await browserOf(account)
    expect((await browser.post(page, sent)).status).toBe(303)
    await saysOnce(browser, page, 'Your other sessions have ended')
    // Who has signed in between the two presses stays.
    expect((await newcomer.get(page)).status).toBe(200)
    const ends = await shop.rows(
      `select 1 from admin_audit where action = 'session.revoke_all' and actor_label = $1`,
      [account.email],
    )
    expect(ends).toHaveLength(1)
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
    for (const current of ['', 'no'])
      expect(await refusedAt(browser, 'password', { ...change, current })).toEqual(only('current'))
    expect(await refusedAt(browser, 'password', { ...change, new: 'short' })).toEqual(only('new'))
  })

  it('an app', async () => {
    const account = await anAccount('viewer')
    const browser = await browserOf(account)
    for (const password of ['', 'wrong'])
      expect(await refusedAt(browser, 'authenticator', { step: 'start', password })).toEqual(
        only('start-password'),
      )
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

describe('a button that is pressed twice', () => {
  interface OwnForm {
    page: string
    button: string
    /** As the audit log names what it does. */
    action: string
    /** @returns what is typed */
    prepare: (account: TestAccount) => Promise<Record<string, string>>
    /** What a script sends, where no form of the page does. */
    fields?: (account: TestAccount) => Promise<Record<string, string>>
  }

  const password = async (account: TestAccount) => ({ password: account.password })
  const forms: OwnForm[] = [
    {
      page: 'password',
      button: 'Change the password',
      action: 'account.password',
      prepare: async (account) => ({ current: account.password, new: 'eleven lemons on a green boat' }),
    },
    { page: 'authenticator', button: 'Show the QR code', action: 'second_factor.begin', prepare: password },
    {
      page: 'authenticator',
      button: 'Use this app',
      action: 'second_factor.add',
      prepare: async (account) => ({ code: await withAppBegun(account) }),
    },
    {
      page: 'authenticator',
      button: 'Remove the app',
      action: 'second_factor.remove',
      prepare: async (account) => {
        await withApp(account)
        return password(account)
      },
    },
    {
      page: 'passkeys',
      button: 'Remove Key ring',
      action: 'second_factor.remove',
      prepare: async (account) => {
        await withPasskey(account)
        return password(account)
      },
    },
    {
      page: 'passkeys',
      button: 'Make the passkey',
      action: 'second_factor.add',
      prepare: async () => ({}),
      fields: async (account) => {
        const made = await passkeyRegistrationOptions({ ...account, accountId: account.id })
        const { challengeId, options } = made
        const response = JSON.stringify(aPasskeyDevice().register(options.challenge, shop.origin))
        return { step: 'add', key: challengeId, challengeId, name: 'Key ring', response }
      },
    },
    {
      page: 'recovery-codes',
      button: 'Make new codes',
      action: 'second_factor.renew_codes',
      prepare: async (account) => {
        await withApp(account)
        return password(account)
      },
    },
  ]

  /** A form that is filled in, and a browser that sends it by the same cookie each time, as if no answer came to it. */
  async function filledIn({ page, button, prepare, fields }: OwnForm) {
    const account = await anAccount('viewer')
    const typed = await prepare(account)
    const first = await browserOf(account)
    const cookie = first.cookie('session') ?? ''
    const path = `/admin/security/${page}`
    const sent = fields
      ? await fields(account)
      : { ...sentBy((await first.get(path)).text, button), ...typed }
    expect(sent.key).toMatch(/.{20,}/)
    const press = async (change: Record<string, string> = {}, by = cookie) => {
      const browser = aBrowser(shop.origin)
      browser.setCookie('session', by)
      const { status, location, text } = await browser.post(path, { ...sent, ...change })
      const shown = [...text.matchAll(/<code>([^<]*)<\/code>/g)].map(([, code]) => code)
      return { browser, status, location, shown, session: browser.cookie('session') }
    }
    return { account, press, cookie }
  }

  type Press = Awaited<ReturnType<typeof filledIn>>['press']
  type Pressed = Awaited<ReturnType<Press>>

  const without = ({ browser: _, ...told }: Pressed) => told

  async function applied({ email }: TestAccount, action: string) {
    return shop.rows(
      `select 1 from admin_audit where actor_label = $1 and action = $2 and outcome = 'applied'`,
      [email, action],
    )
  }

  describe.each(forms)('$page, $button', (form) => {
    /** Both presses hear the same, and it is done once. */
    async function isDoneOnce(pressTwice: (press: Press) => Promise<[Pressed, Pressed]>) {
      const { account, press } = await filledIn(form)
      const [one, other] = await pressTwice(press)
      expect(one.status).toBeLessThan(400)
      expect(without(other)).toEqual(without(one))
      expect(await applied(account, form.action)).toHaveLength(1)
      return { account, browsers: [one.browser, other.browser] }
    }

    it('at once', async () => {
      await isDoneOnce((press) => Promise.all([press(), press()]))
    })

    it('one after the other: both stay signed in', async () => {
      const { account, browsers } = await isDoneOnce(async (press) => [await press(), await press()])
      for (const browser of browsers)
        expect((await browser.get('/admin/security')).text).toContain(account.email)
    })
  })

  describe('tells nothing', () => {
    const [passwordForm] = forms as [OwnForm, ...OwnForm[]]

    /** Sent to the sign-in without a session; that does not say what it cannot know. */
    async function turnedAway({ browser, status, location, session }: Pressed, cookie: string) {
      expect([status, location]).toEqual([303, '/sign-in?ended=just&next=%2Fadmin%2Fsecurity'])
      expect(session).toBe(cookie)
      const { text } = await browser.get(location ?? '')
      expect(text).toContain('What you sent may have been done just before that.')
      expect(text).not.toContain('Nothing was changed')
    }

    it('without the form’s key, with another, or with other content', async () => {
      const { press, cookie } = await filledIn(passwordForm)
      await press()
      const changes: Record<string, string>[] = [
        { key: '' },
        { key: 'another' },
        { new: 'twelve lemons on a green boat' },
      ]
      for (const change of changes) await turnedAway(await press(change), cookie)
    })

    it('by another session that the first press has ended', async () => {
      const { account, press } = await filledIn(passwordForm)
      const stolen = (await browserOf(account)).cookie('session') ?? ''
      await press()
      await turnedAway(await press({}, stolen), stolen)
    })

    it('once the session that the first press began has ended', async () => {
      const { press, cookie } = await filledIn(passwordForm)
      const { browser } = await press()
      await browser.post('/sign-out', {})
      await turnedAway(await press(), cookie)
    })

    it('later than a minute after', async () => {
      const { press, cookie } = await filledIn(passwordForm)
      await press()
      await moveClock(shop.database.ownerUrl, '2 minutes')
      const { browser, status, location, session } = await press()
      expect([status, session]).toEqual([303, cookie])
      expect(location).toBe('/sign-in?ended=before&next=%2Fadmin%2Fsecurity%2Fpassword')
      expect((await browser.get(location ?? '')).text).toContain('Nothing was changed.')
    })
  })
})
