import { Secret, TOTP } from 'otpauth'
import { beforeAll, describe, expect, it } from 'vitest'
import { confirmTotp, createAccount, revokeSessions, startTotp } from '@/lib/accounts'
import { callersSuite } from '../support/callers-suite'
import { anAccount, signedIn, somebody, type TestAccount } from '../support/accounts'
import { codeOf } from '../support/authenticator-app'
import { aBrowser } from '../support/plain-browser'
import { startWeb, type RunningWeb } from '../support/processes'

/** Signing in as a browser without scripts does it: forms, cookies and redirects. */

const { shop, callers } = callersSuite()

/** It logs every request, so that the last test can look for what must not be there. */
let web: RunningWeb

beforeAll(async () => {
  web = await startWeb({ ...shop.environment, LOG_LEVEL: 'debug' })
})

const browser = () => aBrowser(web.origin)
const credentials = ({ email, password }: TestAccount) => ({ email, password })

describe('email and password', () => {
  it('lead to the page that was asked for, and out again', async () => {
    const visitor = browser()
    const account = await anAccount('viewer')
    const sent = await visitor.get('/admin/security')
    expect([sent.status, sent.location]).toEqual([302, '/sign-in?next=%2Fadmin%2Fsecurity'])
    const entered = await visitor.post('/sign-in', { ...credentials(account), next: '/admin/security' })
    expect([entered.status, entered.location]).toEqual([303, '/admin/security'])
    expect(entered.headers.get('set-cookie')).toMatch(
      /^session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Expires=/,
    )
    expect((await visitor.get('/admin/security')).text).toContain(account.email)
    expect((await visitor.get('/sign-in')).location).toBe('/admin')

    const before = visitor.cookie('session')
    const left = await visitor.post('/sign-out', {})
    expect([left.status, left.location, visitor.cookie('session')]).toEqual([303, '/sign-in', ''])
    visitor.setCookie('session', before ?? '')
    expect((await visitor.get('/admin')).status).toBe(302)
  })

  it('are asked for again where a form came after the session’s end, and say that nothing was changed', async () => {
    const visitor = browser()
    const { location } = await visitor.post('/admin/cities/dallas-jan-2026/sale-state?to=paused', {})
    expect(location).toMatch(/^\/sign-in\?ended=before&next=/)
    expect((await visitor.get(location ?? '')).text).toContain('Nothing was changed.')
    expect((await visitor.get('/sign-in')).text).not.toContain('Nothing was changed.')
  })

  it('lead to a list of one’s sessions, of which another is ended once, though its form comes twice', async () => {
    const [visitor, elsewhere] = [browser(), browser()]
    const account = await anAccount('viewer')
    for (const one of [visitor, elsewhere]) await one.post('/sign-in', credentials(account))
    const { text } = await visitor.get('/admin/security')
    const [, key = '', sessionId = ''] =
      /name="key" value="(.*?)".*?name="sessionId" value="(.*?)"/s.exec(text) ?? []
    const end = async () => {
      const { status, location } = await visitor.post('/admin/security', { form: 'session', key, sessionId })
      return [status, location]
    }
    expect([await end(), await end()]).toEqual([
      [303, '/admin/security'],
      [303, '/admin/security'],
    ])
    expect((await elsewhere.get('/admin')).status).toBe(302)
    expect((await visitor.post('/admin/security', { form: 'session', sessionId })).status).toBe(404)
  })

  it('are answered the same whether the email, the password or both are wrong', async () => {
    const account = await anAccount('viewer')
    const tries = [
      { email: account.email, password: 'wrong and long enough' },
      { email: 'nobody@example.com', password: account.password },
      { email: 'not an address', password: 'x' },
    ]
    const bodies = await Promise.all(
      tries.map(async (fields) => {
        const { status, text } = await browser().post('/sign-in', fields)
        expect(status).toBe(422)
        return text.replaceAll(fields.email, '(email)').replaceAll(/nonce="[^"]*"/g, '')
      }),
    )
    expect(new Set(bodies).size).toBe(1)
    expect(bodies[0]).toContain('Email or password is wrong.')
  })

  it('are asked for by name where one is missing, whoever it would be, and that is no attempt', async () => {
    const account = await anAccount('viewer')
    const known = account.email
    const visitor = browser()
    const missing = async (fields: Record<string, string>) => {
      const { status, text } = await visitor.post('/sign-in', fields)
      expect(status).toBe(422)
      expect(text).not.toContain('is wrong')
      return [...text.matchAll(/<a href="#(\w+)">([^<]*)<\/a>/g)].map(([, id, message]) => [id, message])
    }
    const [email, password] = [
      ['email', 'Enter your email.'],
      ['password', 'Enter your password.'],
    ]
    for (const who of [known, 'nobody@example.com']) {
      for (let tries = 0; tries < 6; tries++)
        expect(await missing({ email: who, password: '' })).toEqual([password])
    }
    expect(await missing({ email: ' ', password: 'x' })).toEqual([email])
    expect(await missing({})).toEqual([email, password])
    expect((await visitor.post('/sign-in', credentials(account))).status).toBe(303)
  })

  it('never lead to another site', async () => {
    const account = await anAccount('viewer')
    for (const next of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '/admin\\..\\x',
      '/',
      '/cities/x',
    ]) {
      const entered = await browser().post('/sign-in', { ...credentials(account), next })
      expect(entered.location).toBe('/admin')
    }
  })

  it('give a new session id at each sign-in, and end the one before', async () => {
    const account = await anAccount('viewer')
    const visitor = browser()
    visitor.setCookie('session', 'A'.repeat(43))
    await visitor.post('/sign-in', credentials(account))
    const first = visitor.cookie('session') ?? ''
    expect(first).not.toBe('A'.repeat(43))
    await visitor.post('/sign-in', credentials(account))
    expect(visitor.cookie('session')).not.toBe(first)
    const other = browser()
    other.setCookie('session', first)
    expect((await other.get('/admin')).status).toBe(302)
  })

  it('are slowed down, and say for how long', async () => {
    const account = await anAccount('viewer')
    const wrong = { email: account.email, password: 'wrong and long enough' }
    let answer = await browser().post('/sign-in', wrong)
    for (let tries = 0; answer.status === 422 && tries < 30; tries++)
      answer = await browser().post('/sign-in', wrong)
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(answer.text).toContain('Too many attempts. Try again in')
    expect(answer.text).toContain(`value="${account.email}"`)
    await shop.rows('delete from sign_in_attempts')
  })
})

it('a second factor is enrolled, asked for, and can be done without once by a recovery code', async () => {
  const account = await anAccount('owner')
  const visitor = browser()
  await visitor.post('/sign-in', credentials(account))
  const { email, password } = account
  const enrol = '/admin/security/authenticator'

  expect((await visitor.post(enrol, { step: 'begin', password })).text).toContain('This form cannot be read')
  expect((await visitor.post(enrol, { step: 'start', password: 'wrong' })).text).toContain(
    'The password is wrong.',
  )
  const shown = await visitor.post(enrol, { step: 'start', password })
  expect(shown.text).toContain('aria-label="QR code for the authenticator app"')
  const secret = [...shown.text.matchAll(/<span>([A-Z2-7]{4})<\/span>/g)].map(([, group]) => group).join('')
  expect(secret).toHaveLength(32)
  const codeAt = (steps: number) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 })
  expect((await visitor.post(enrol, { step: 'confirm', code: '000000' })).text).toContain('was not accepted')
  const on = await visitor.post(enrol, { step: 'confirm', code: codeAt(0) })
  const codes = [...on.text.matchAll(/<code>([a-z0-9]{4}(?:-[a-z0-9]{4}){3})<\/code>/g)].map(
    ([, code]) => code ?? '',
  )
  expect(codes).toHaveLength(10)
  expect((await visitor.get('/admin/security')).text).toContain('10 left')

  const again = browser()
  const first = await again.post('/sign-in', { email, password, next: '/admin/links' })
  expect(first.location).toBe('/sign-in/second-factor?next=%2Fadmin%2Flinks')
  expect((await again.get(first.location ?? '')).text).toContain('Sign in as somebody else')
  // The password alone opens nothing.
  expect((await again.get('/admin')).location).toBe('/sign-in/second-factor')
  expect((await again.get('/api/admin/inventory')).status).toBe(401)
  expect((await again.post('/sign-in/second-factor', { code: ' ' })).text).toContain('Enter a code.')
  expect((await again.post('/sign-in/second-factor', { code: '000000' })).status).toBe(422)
  // Of the step after the one that confirmed: good in both, so a step that ends meanwhile changes nothing.
  const used = codeAt(1)
  const done = await again.post('/sign-in/second-factor', { code: used, next: '/admin/links' })
  expect([done.status, done.location]).toEqual([303, '/admin/links'])
  expect((await again.get('/admin')).status).toBe(200)

  const another = browser()
  await another.post('/sign-in', { email, password })
  await another.post('/sign-out', {})
  expect((await another.get('/sign-in')).status).toBe(200)

  const lost = browser()
  await lost.post('/sign-in', { email, password })
  expect((await lost.post('/sign-in/second-factor', { code: used })).status).toBe(422)
  expect((await lost.post('/sign-in/second-factor', { code: codes[0] ?? '' })).status).toBe(303)
  const twice = browser()
  await twice.post('/sign-in', { email, password })
  expect((await twice.post('/sign-in/second-factor', { code: codes[0] ?? '' })).status).toBe(422)

  const renewed = await lost.post('/admin/security/recovery-codes', { password })
  expect(renewed.text).not.toContain(codes[1])
  const off = await lost.post(enrol, { step: 'remove', password })
  expect([off.status, off.location]).toEqual([303, '/admin/security'])
  expect((await browser().post('/sign-in', { email, password })).location).toBe('/admin')
})

it('with another SESSION_SECRET no app is right, and a new owner lets the others in again', async () => {
  const account = await anAccount('owner')
  const begun = await startTotp(await signedIn(account), somebody)
  if (!begun.ok) throw new Error(begun.code)
  const { secret } = begun.value
  const on = await confirmTotp({ ...(await signedIn(account)), code: await codeOf(secret) }, somebody)
  if (!on.ok) throw new Error(on.code)
  const elsewhere = await startWeb({
    DATABASE_URL: shop.database.appUrl,
    SESSION_SECRET: 'another session secret, as long as that',
  })
  const enter = async (who: TestAccount) => {
    const visitor = aBrowser(elsewhere.origin)
    return { visitor, ...(await visitor.post('/sign-in', credentials(who))) }
  }

  const codes = [await codeOf(secret), ...(on.value.recoveryCodes ?? [])].slice(0, 2)
  for (const [index, code] of codes.entries()) {
    const { visitor, location } = await enter(account)
    expect(location).toBe('/sign-in/second-factor')
    expect((await visitor.post('/sign-in/second-factor', { code })).status).toBe([422, 303][index])
  }

  const newOwner = await anAccount('owner')
  const { visitor: owner, location } = await enter(newOwner)
  expect(location).toBe('/admin')
  const { password } = newOwner
  await owner.post(`/admin/settings/admins/${account.id}`, { form: 'second-factor', password })
  expect((await enter(account)).location).toBe('/admin')
  await elsewhere.stop()
  const errors = elsewhere.logLines().filter(({ level }) => level === 'error')
  expect(errors).toMatchObject([{ code: 'totp_secret_unreadable', accountId: account.id }])
})

it('an app is confirmed by no end of guesses', async () => {
  const { email, password } = await anAccount('viewer')
  const visitor = browser()
  await visitor.post('/sign-in', { email, password })
  const enrol = '/admin/security/authenticator'
  await visitor.post(enrol, { step: 'start', password })
  const guess = () => visitor.post(enrol, { step: 'confirm', code: '000000' })
  for (let tries = 0; tries < 5; tries++) expect((await guess()).status).toBe(422)
  const refused = await guess()
  expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true])
  expect(refused.text).toContain('Too many attempts. Try again in')
})

it('a passkey is added by no end of tries', async () => {
  const { email, password } = await anAccount('viewer')
  const visitor = browser()
  await visitor.post('/sign-in', { email, password })
  const unknown = await visitor.post('/admin/security/passkeys', { step: 'start', password })
  expect([unknown.status, unknown.text.includes('This form cannot be read')]).toEqual([422, true])
  const add = () => visitor.post('/admin/security/passkeys', { step: 'add', challengeId: '', response: '{}' })
  for (let tries = 0; tries < 5; tries++) expect((await add()).status).toBe(422)
  const refused = await add()
  expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true])
  expect(refused.text).toContain('Too many attempts. Try again in')
})

it('sessions are listed and ended, here and by a new password', async () => {
  const account = await anAccount('operator')
  const [one, two, three] = [browser(), browser(), browser()]
  for (const visitor of [one, two, three]) await visitor.post('/sign-in', credentials(account))
  const list = await one.get('/admin/security')
  const ids = [...list.text.matchAll(/name="sessionId" value="([0-9a-f-]{36})"/g)].map(([, id]) => id ?? '')
  expect(ids).toHaveLength(2)
  expect((await one.post('/admin/security', { form: 'session', sessionId: ids[0] ?? '' })).status).toBe(303)
  expect((await one.post('/admin/security', { form: 'session', sessionId: ids[0] ?? '' })).status).toBe(404)
  const live = async () =>
    Promise.all([one, two, three].map(async (each) => (await each.get('/admin')).status))
  expect((await live()).filter((status) => status === 200)).toHaveLength(2)
  for (const form of ['', 'none', 'session']) {
    expect((await one.post('/admin/security', { form })).status).toBe(422)
  }
  expect((await live()).filter((status) => status === 200)).toHaveLength(2)
  await one.post('/admin/security', { form: 'others' })
  expect(await live()).toEqual([200, 302, 302])

  await two.post('/sign-in', credentials(account))
  const change = { current: account.password, new: 'eleven lemons on a green boat' }
  expect((await one.post('/admin/security/password', { ...change, current: 'no' })).text).toContain(
    'is wrong',
  )
  expect((await one.post('/admin/security/password', { ...change, new: 'short' })).text).toContain(
    'at least 12',
  )
  expect((await one.post('/admin/security/password', change)).status).toBe(303)
  expect(await live()).toEqual([200, 302, 302])
  expect((await two.post('/sign-in', { email: account.email, password: change.new })).status).toBe(303)
})

it('a stream of all numbers ends when its session does', async () => {
  const { id } = await callers.account('viewer')
  const response = await fetch(`${shop.webs[0].origin}/api/admin/inventory/stream`, {
    headers: await callers.session('viewer'),
  })
  expect(response.status).toBe(200)
  await revokeSessions({ accountId: id }, somebody)
  const text = await response.text()
  expect(text).toContain('"actualLimits"')
})

it('forms of another site do nothing, whoever is signed in', async () => {
  const account = await anAccount('owner')
  const visitor = browser()
  await visitor.post('/sign-in', credentials(account))
  for (const [path, fields] of [
    ['/sign-out', {}],
    ['/admin/security', {}],
    ['/admin/settings/tokens', { form: 'create', name: 'evil', scope: 'own' }],
    ['/sign-in', credentials(account)],
    ['/sign-in/passkey-options', {}],
  ] as const) {
    for (const [name, value] of [
      ['origin', 'https://evil.example'],
      ['origin', 'null'],
      ['sec-fetch-site', 'cross-site'],
    ] as const)
      expect((await visitor.post(path, fields, { [name]: value })).status).toBe(403)
  }
  expect((await visitor.get('/admin')).status).toBe(200)
})

it('an account of nobody is asked for its second step only by itself', async () => {
  const made = await createAccount({ email: 'second@example.com', role: 'viewer' }, somebody)
  expect(made.ok).toBe(true)
  const visitor = browser()
  expect((await visitor.get('/sign-in/second-factor')).location).toBe('/sign-in')
  expect((await visitor.post('/sign-in/second-factor', { code: '123456' })).location).toBe('/sign-in')
  const options = await visitor.post('/sign-in/passkey-options', {})
  expect(JSON.parse(options.text)).toMatchObject({
    data: { options: { allowCredentials: [], userVerification: 'required' } },
  })
  const forged = { challengeId: 'none', response: '{}' }
  expect((await visitor.post('/sign-in', forged)).text).toContain('This passkey was not accepted.')
})

it('nothing of a sign-in gets into the log, though each of its requests does', async () => {
  const account = await anAccount('viewer')
  const visitor = browser()
  await visitor.post('/sign-in', { ...credentials(account), password: 'lemons' })
  await visitor.post('/sign-in', credentials(account))
  const session = visitor.cookie('session') ?? ''
  expect((await visitor.get('/admin/security')).status).toBe(200)
  // All that it wrote has come by then.
  await web.stop()
  const posted = web.logLines().filter(({ method, path }) => method === 'POST' && path === '/sign-in')
  expect(posted.map(({ status }) => status).slice(-2)).toEqual([422, 303])
  const said = web.output()
  for (const secret of [account.password, session]) expect(said).not.toContain(secret)
  expect(said).not.toMatch(/example\.com|session=|lemons|Bearer|sixfb_/)
  expect(said).not.toContain('"level":"error"')
})
