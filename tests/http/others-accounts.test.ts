import { describe, expect, it } from 'vitest'
import { afterTheEnd } from '@/app/web/require-principal'
import { confirmTotp, getAccount, startTotp } from '@/lib/accounts'
import { createToken, revokeToken } from '@/lib/accounts/tokens'
import { aClient, anAccount, aSession, signedIn, somebody, type TestAccount } from '../support/accounts'
import { codeOf } from '../support/authenticator-app'
import { callersSuite } from '../support/callers-suite'
import { holdLock } from '../support/lock'
import { aBrowser, type PlainBrowser } from '../support/plain-browser'

/** What an owner does about the accounts of others, and about tokens. */

const { shop } = callersSuite()

interface Owner extends TestAccount {
  browser: PlainBrowser
}

async function anOwner(): Promise<Owner> {
  const account = await anAccount('owner')
  const browser = aBrowser(shop.origin)
  browser.setCookie('session', (await aSession(account, aClient('127.0.0.1'))).token)
  return { ...account, browser }
}

async function withApp(account: TestAccount): Promise<void> {
  const begun = await startTotp(await signedIn(account), somebody)
  if (!begun.ok) throw new Error(begun.code)
  const code = await codeOf(begun.value.secret)
  const on = await confirmTotp({ ...(await signedIn(account)), code }, somebody)
  if (!on.ok) throw new Error(on.code)
}

async function disabled({ id }: TestAccount): Promise<void> {
  await shop.rows(`update admin_accounts set disabled_at = app_now() where id = $1`, [id])
}

/** The fields that a form of a page has hidden in it, by the button that sends it. */
function hiddenIn(html: string, button: string): Record<string, string> {
  const forms = html.split('<form').map((text) => text.split('</form>')[0] ?? '')
  const form = forms.find((text) => text.includes(`value="${button}"`)) ?? ''
  return Object.fromEntries(
    [...form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(
      ([, name = '', value = '']) => [name, value],
    ),
  )
}

async function logged({ email }: TestAccount, target: string) {
  return shop.rows<{ action: string; outcome: string }>(
    `select action, outcome from admin_audit where actor_label = $1 and target = $2 order by id`,
    [email, target],
  )
}

describe('is done once, though its button is pressed twice', () => {
  interface Change {
    form: string
    action: string
    prepare?: (account: TestAccount) => Promise<unknown>
  }
  const changes: Change[] = [
    { form: 'disable', action: 'account.disable' },
    { form: 'enable', action: 'account.enable', prepare: disabled },
    { form: 'second-factor', action: 'second_factor.reset', prepare: withApp },
  ]

  it.each(changes)('$form', async ({ form, action, prepare }) => {
    const owner = await anOwner()
    const other = await anAccount('viewer')
    await prepare?.(other)
    const page = `/admin/settings/admins/${other.id}`
    const { password } = owner
    const sent = { ...hiddenIn((await owner.browser.get(page)).text, form), form, password }
    const presses = [owner.browser.post(page, sent), owner.browser.post(page, sent)]
    const [one, two] = await Promise.all(presses)
    const three = await owner.browser.post(page, sent)
    expect([one, two, three].map((answer) => answer && [answer.status, answer.location])).toEqual(
      Array.from({ length: 3 }, () => [303, page]),
    )
    expect(await logged(owner, other.email)).toEqual([{ action, outcome: 'applied' }])
  })

  it('and the next of its kind is done, too', async () => {
    const owner = await anOwner()
    const other = await anAccount('viewer')
    const page = `/admin/settings/admins/${other.id}`
    for (const form of ['disable', 'enable', 'disable']) {
      const { password } = owner
      const sent = { ...hiddenIn((await owner.browser.get(page)).text, form), form, password }
      expect((await owner.browser.post(page, sent)).status).toBe(303)
    }
    expect((await getAccount(other.id))?.disabledAt).not.toBeNull()
    expect(await logged(owner, other.email)).toHaveLength(3)
  })
})

describe('what lets somebody in is done only for whoever knows the password of the owner who is signed in', () => {
  interface Giving {
    form: string
    fields?: Record<string, string>
    action: string
    /** Where the account has one of its own, the page of that. */
    at?: string
    prepare?: (account: TestAccount) => Promise<void>
  }
  const givings: Giving[] = [
    {
      form: 'create',
      at: '/admin/settings/tokens',
      fields: { name: 'Reports', scope: 'own', days: '9' },
      action: 'token.create',
    },
    {
      form: 'create',
      at: '/admin/settings/admins',
      fields: { email: 'newcomer@example.com', role: 'owner' },
      action: 'account.create',
    },
    { form: 'role', fields: { role: 'operator' }, action: 'account.role' },
    { form: 'role', fields: { role: 'owner' }, action: 'account.role' },
    { form: 'enable', action: 'account.enable', prepare: disabled },
    { form: 'password', action: 'account.password_reset' },
    { form: 'second-factor', action: 'second_factor.reset', prepare: withApp },
  ]

  async function ready({ form, fields = {}, at, action, prepare }: Giving) {
    const owner = await anOwner()
    const other = await anAccount('viewer')
    await prepare?.(other)
    const page = at ?? `/admin/settings/admins/${other.id}`
    const sent = { ...hiddenIn((await owner.browser.get(page)).text, form), ...fields, form }
    const applied = async () =>
      (
        await shop.rows(
          `select 1 from admin_audit where actor_label = $1 and action = $2 and outcome = 'applied'`,
          [owner.email, action],
        )
      ).length
    return { owner, page, sent, applied }
  }

  it.each(givings)('$action $fields', async (giving) => {
    const { owner, page, sent, applied } = await ready(giving)
    const field = `${giving.form}-password`
    for (const [password, said] of [
      ['', 'Enter your password.'],
      ['wrong lemons', 'The password is wrong.'],
    ] as const) {
      const { status, text } = await owner.browser.post(page, { ...sent, password })
      expect(status).toBe(422)
      expect([...text.matchAll(/<a href="#([^"]*)">/g)].map(([, id]) => id)).toEqual([field])
      const invalid = text.match(/<input[^>]*aria-invalid="true"[^>]*>/g) ?? []
      expect(invalid).toEqual([expect.stringContaining(` id="${field}"`)])
      expect(text).toContain(said)
      expect(text).not.toContain('wrong lemons')
      for (const [name, value] of Object.entries(giving.fields ?? {}))
        expect([name, isShown(text, name, value)]).toEqual([name, true])
    }
    expect(await applied()).toBe(0)
    const done = await owner.browser.post(page, { ...sent, password: owner.password })
    expect(done.status).toBeLessThan(400)
    expect(await applied()).toBe(1)
    // The answer to the second press says the same, and does nothing.
    const again = await owner.browser.post(page, { ...sent, password: owner.password })
    expect([again.status, await applied()]).toEqual([done.status, 1])
  })

  it.each(givings)('$action $fields is not done where the session ends meanwhile', async (giving) => {
    const { owner, page, sent, applied } = await ready(giving)
    const attempts = await holdLock(shop, 'lock table sign_in_attempts in access exclusive mode')
    const answered = owner.browser.post(page, { ...sent, password: owner.password })
    await attempts.stops('6fb-inventory')
    await shop.rows(
      `update admin_sessions set ended_at = app_now(), ended_because = 'revoked' where account_id = $1`,
      [owner.id],
    )
    await attempts.release()
    const { status, location } = await answered
    expect([status, location]).toEqual([303, afterTheEnd(page, 'just')])
    expect(await applied()).toBe(0)
    expect(await logged(owner, owner.email)).toEqual([
      { action: 'account.confirm_password', outcome: 'refused' },
    ])
  })

  it('after five wrong ones, whatever the form, each has to wait, as at a sign-in', async () => {
    const { owner, page, sent, applied } = await ready({ form: 'enable', action: 'account.enable' })
    const tokens = { form: 'create', name: 'Reports', scope: 'own', days: '9' }
    for (let tries = 0; tries < 5; tries++) {
      const [at, fields] = tries % 2 ? ['/admin/settings/tokens', tokens] : [page, sent]
      expect((await owner.browser.post(at, { ...fields, password: 'wrong' })).status).toBe(422)
    }
    const { password } = owner
    const { status, headers, text } = await owner.browser.post('/admin/settings/tokens', {
      ...tokens,
      password,
    })
    expect([status, Number(headers.get('retry-after')) > 0]).toEqual([429, true])
    expect(text).toMatch(/Too many attempts. Try again in \d+ seconds./)
    expect(text).toContain('value="Reports"')
    expect(text).not.toContain(password)
    expect(await applied()).toBe(0)
  })
})

describe('what takes access away needs no password, so that it is done at once', () => {
  it.each<Record<string, string>>([
    { form: 'disable' },
    { form: 'role', role: 'viewer' },
    { form: 'sessions' },
  ])('$form', async (fields) => {
    const owner = await anOwner()
    const other = await anAccount('owner')
    await aSession(other)
    const page = `/admin/settings/admins/${other.id}`
    expect((await owner.browser.post(page, fields)).status).toBe(303)
    expect(await logged(owner, other.email)).toMatchObject([{ outcome: 'applied' }])
  })

  it('a token that is revoked', async () => {
    const owner = await anOwner()
    const made = await createToken({ name: 'Lost', scope: 'own' }, somebody)
    if (!made.ok) throw new Error(made.code)
    const sent = { form: 'revoke', id: made.value.id }
    expect((await owner.browser.post('/admin/settings/tokens', sent)).status).toBe(303)
    expect(await logged(owner, 'Lost')).toEqual([{ action: 'token.revoke', outcome: 'applied' }])
  })
})

it('what a token can call is one press away once it is shown', async () => {
  const owner = await anOwner()
  const fields = { form: 'create', name: 'Reports', scope: 'read', days: '9', password: owner.password }
  const { text } = await owner.browser.post('/admin/settings/tokens', fields)
  const [shown = ''] = /role="status".*?<form/s.exec(text) ?? []
  expect(shown).toContain('Authorization: Bearer')
  expect(shown).toContain('<a href="/api/docs">')
})

describe('tokens that outlive the account of who made them', () => {
  async function makes({ id, email }: TestAccount, name: string, days?: number): Promise<string> {
    const actor = { kind: 'admin', accountId: id, email, role: 'owner' } as const
    const made = await createToken({ name, scope: 'read', days }, { actor })
    if (!made.ok) throw new Error(made.code)
    return made.value.id
  }

  it.each([
    [0, undefined],
    [1, '1 active API token that it made stays good'],
    [2, '2 active API tokens that it made stay good'],
  ])('are told of before it is disabled: %s', async (count, words) => {
    const owner = await anOwner()
    const other = await anAccount('owner')
    for (let made = 0; made < count; made++) await makes(other, 'Of another')
    await revokeToken(await makes(other, 'Of another'), somebody)
    const { text } = await owner.browser.get(`/admin/settings/admins/${other.id}`)
    const [step = ''] = />Disable the account<.*?<form/s.exec(text.replaceAll('<!-- -->', '')) ?? []
    expect(step).toContain('Nobody can sign in with it')
    if (words !== undefined) expect(step).toContain(words)
    else expect(step).not.toContain('token')
    expect(step.includes('href="/admin/settings/tokens"')).toBe(count > 0)
  })

  it('say so on the page of tokens', async () => {
    const owner = await anOwner()
    const other = await anAccount('owner')
    const row = async () => {
      const { text } = await owner.browser.get('/admin/settings/tokens')
      return text.split('<tr').find((part) => part.includes(other.email)) ?? ''
    }
    await makes(other, 'Of somebody')
    expect(await row()).not.toContain('Disabled')
    await disabled(other)
    expect(await row()).toContain('Disabled')
    await shop.rows(`update api_tokens set created_by = $2 where created_by = $1`, [
      other.email,
      `former-${other.email}`,
    ])
    expect(await row()).toContain('Gone')
  })
})

/** In a field, or as what is chosen. */
function isShown(html: string, name: string, value: string): boolean {
  const field = new RegExp(`<input[^>]* name="${name}"[^>]*>`).exec(html)?.[0]
  if (field) return field.includes(` value="${value}"`)
  const select = new RegExp(`<select[^>]* name="${name}".*?</select>`, 's').exec(html)?.[0] ?? ''
  const options = select.match(/<option[^>]*>/g) ?? []
  return options.some((option) => option.includes(`value="${value}"`) && option.includes('selected'))
}
