import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import {
  changePassword,
  changeRole,
  confirmPassword,
  createAccount,
  createFirstOwner,
  disableAccount,
  enableAccount,
  getAccount,
  listAccounts,
  resetPassword,
  resetSecondFactor,
  authenticateSession,
} from '@/lib/accounts'
import { auditPage } from '@/lib/accounts/audit-log'
import { database } from '@/lib/database'
import { aClient, anAccount, enter, signedIn, somebody, tokenOf } from '@/tests/support/accounts'
import { storyDatabase } from '@/tests/support/stories/database'

storyDatabase()
beforeEach(async () => {
  await database().deleteFrom('admin_accounts').execute()
})

test('an account is made with a lower-case email, once, and its password is only kept as a hash', async () => {
  const made = await createAccount({ email: ' Ann@Example.com ', role: 'viewer' }, somebody)
  expect(made).toMatchObject({ ok: true, value: { email: 'ann@example.com' } })
  const again = await createAccount({ email: 'ANN@example.com', role: 'owner' }, somebody)
  expect(again).toEqual({ ok: false, code: 'email_taken' })
  expect(await listAccounts()).toMatchObject([
    { email: 'ann@example.com', role: 'viewer', disabledAt: null, hasSecondFactor: false, lastSeenAt: null },
  ])
  const password = made.ok ? (made.value.password ?? '') : ''
  const everything =
    await sql`select a::text from admin_accounts a union all select l::text from admin_audit l`.execute(
      database(),
    )
  expect(JSON.stringify(everything.rows)).not.toContain(password)
  expect(await enter({ email: 'ann@EXAMPLE.com', password })).toMatchObject({ ok: true })
})

test.each([
  ['nobody', 'a fine password', 'invalid_email'],
  ['ann@example.com', 'short', 'too_short'],
  ['ann@example.com', 'ann@example.com', 'is_email'],
])('%s with %s is refused and recorded', async (email, password, code) => {
  expect(await createAccount({ email, role: 'owner', password }, somebody)).toEqual({ ok: false, code })
  expect(await listAccounts()).toEqual([])
  const { entries } = await auditPage({ action: 'account.create' }, { limit: 1 })
  expect(entries).toMatchObject([{ outcome: 'refused', code, actorKind: 'system', actorLabel: 'tests' }])
})

test('the last owner who can sign in stays: no other role, not disabled', async () => {
  const [owner, disabled] = [await anAccount('owner'), await anAccount('owner')]
  await anAccount('operator')
  expect(await disableAccount(disabled.id, somebody)).toMatchObject({ ok: true })
  const refused = { ok: false, code: 'last_owner' }
  expect(await changeRole(owner.id, { from: 'owner', to: 'viewer' }, somebody)).toEqual(refused)
  expect(await disableAccount(owner.id, somebody)).toEqual(refused)
  expect(await getAccount(owner.id)).toMatchObject({ role: 'owner', disabledAt: null })

  expect(await enableAccount(disabled.id, somebody)).toMatchObject({ ok: true })
  expect(await disableAccount(owner.id, somebody)).toMatchObject({ ok: true })
})

test('of two owners who take each other away at once, one stays, every time', async () => {
  for (const takeAway of [
    (id: string) => changeRole(id, { from: 'owner', to: 'viewer' }, somebody),
    (id: string) => disableAccount(id, somebody),
  ]) {
    await database().deleteFrom('admin_accounts').execute()
    const owners = await Promise.all([anAccount('owner'), anAccount('owner'), anAccount('owner')])
    const results = await Promise.all(owners.map(({ id }) => takeAway(id)))
    expect(results.filter(({ ok }) => ok)).toHaveLength(2)
    const left = (await listAccounts()).filter(({ role, disabledAt }) => role === 'owner' && !disabledAt)
    expect(left).toHaveLength(1)
  }
})

test('an id that cannot be one of ours is an unknown account', async () => {
  for (const id of ['', '1', "'; drop table x", '00000000-0000-0000-0000-000000000000']) {
    const change = { from: 'owner', to: 'viewer' } as const
    expect(await changeRole(id, change, somebody)).toEqual({ ok: false, code: 'unknown_account' })
    expect(await resetPassword(id, somebody)).toEqual({ ok: false, code: 'unknown_account' })
    expect(await getAccount(id)).toBeUndefined()
  }
})

test('a new password ends all sessions but gives a new one to whoever changed it', async () => {
  const account = await anAccount()
  const [here, elsewhere] = [await tokenOf(enter(account)), await tokenOf(enter(account))]
  const own = await signedIn(account)
  const change = (currentPassword: string, newPassword: string) =>
    changePassword({ ...own, currentPassword, newPassword }, somebody)

  expect(await change('not it, surely', 'a better password')).toEqual({ ok: false, code: 'wrong_password' })
  expect(await change(account.password, account.email)).toEqual({ ok: false, code: 'is_email' })
  expect(await authenticateSession(here)).toBeDefined()

  const changed = await change(account.password, 'a better password')
  if (!changed.ok) throw new Error(changed.code)
  expect([await authenticateSession(here), await authenticateSession(elsewhere)]).toEqual([
    undefined,
    undefined,
  ])
  expect(await authenticateSession(changed.value.token)).toMatchObject({
    accountId: account.id,
    stage: 'full',
  })
  expect(await enter(account)).toEqual({ ok: false, code: 'wrong_credentials' })
  expect(await enter({ ...account, password: 'a better password' })).toMatchObject({ ok: true })
})

test('the current password cannot be guessed at will from a stolen session', async () => {
  const account = await anAccount()
  const context = { ...somebody, address: '192.0.2.1' }
  const own = await signedIn(account)
  const results = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      changePassword(
        { ...own, currentPassword: `guess number ${index}`, newPassword: 'a better password' },
        context,
      ),
    ),
  )
  const codes = results.map((result) => (result.ok ? 'changed' : result.code))
  expect(codes.filter((code) => code === 'wrong_password')).toHaveLength(5)
  expect(codes.filter((code) => code === 'too_many_attempts')).toHaveLength(7)
})

test('no password at all is no guess: it is told apart, not counted, and not recorded', async () => {
  const account = await anAccount()
  const own = await signedIn(account)
  const context = { ...somebody, address: '192.0.2.2' }
  const none = { ok: false, code: 'no_password' }
  const passwords = { currentPassword: '', newPassword: 'a better password' }
  for (let index = 0; index < 10; index++)
    expect(await confirmPassword({ ...own, password: '' }, context)).toEqual(none)
  expect(await changePassword({ ...own, ...passwords }, context)).toEqual(none)
  expect((await auditPage({ target: account.email, outcome: 'refused' })).entries).toEqual([])
  expect(await confirmPassword({ ...own, password: account.password }, context)).toEqual({ ok: true })
})

test('guesses from addresses that the account never signed in from share one wait, and leave its own in peace', async () => {
  const account = await anAccount()
  const own = await signedIn(account)
  const guess = (address: string, password = 'wrong and long enough') =>
    confirmPassword({ ...own, password }, { ...somebody, address })
  await signedIn(account, aClient('192.0.2.7'))
  const results = await Promise.all(Array.from({ length: 20 }, (_, index) => guess(`198.51.100.${index}`)))
  const codes = results.map((result) => (result.ok ? 'right' : result.code))
  expect(codes.filter((code) => code === 'wrong_password')).toHaveLength(5)
  expect(codes.filter((code) => code === 'too_many_attempts')).toHaveLength(15)
  expect(await guess('192.0.2.7')).toEqual({ ok: false, code: 'wrong_password' })
  expect(await guess('192.0.2.7', account.password)).toEqual({ ok: true })
})

test('wrong sign-ins keep nobody from confirming their password, nor wrong confirmations anybody from signing in', async () => {
  const [one, other] = [await anAccount(), await anAccount()]
  const wrong = 'wrong and long enough'
  const confirm = async (account: typeof one, password: string, address: string) =>
    confirmPassword({ ...(await signedIn(account)), password }, { ...somebody, address })
  for (let index = 0; index < 10; index++) await enter({ ...one, password: wrong })
  expect(await confirm(one, one.password, '198.51.100.70')).toEqual({ ok: true })
  for (let index = 0; index < 10; index++) await confirm(other, wrong, '198.51.100.71')
  expect(await enter(other)).toMatchObject({ ok: true })
})

test('guesses from one address are limited over all accounts, with those of its sign-ins', async () => {
  const client = aClient('203.0.113.9')
  const password = 'wrong and long enough'
  const accounts = await Promise.all(Array.from({ length: 12 }, () => anAccount()))
  const results = await Promise.all(
    accounts.flatMap((account) => [
      signedIn(account).then((own) =>
        confirmPassword({ ...own, password }, { ...somebody, address: client.address }),
      ),
      enter({ email: account.email, password }, client),
    ]),
  )
  const codes = results.map((result) => (result.ok ? 'right' : result.code))
  expect(codes.filter((code) => code === 'too_many_attempts')).toHaveLength(4)
})

test('a right password leaves the failures of its address counted, and adds none', async () => {
  const account = await anAccount()
  const own = { ...(await signedIn(account)), password: account.password }
  const context = { ...somebody, address: '203.0.113.10' }
  for (let index = 0; index < 25; index++) expect(await confirmPassword(own, context)).toEqual({ ok: true })
})

test('an owner resets a forgotten password; role changes and disabling end the sessions', async () => {
  const account = await anAccount('viewer')
  const reset = await resetPassword(account.id, somebody)
  if (!reset.ok) throw new Error(reset.code)
  const known = { ...account, password: reset.value.password }
  const ends = async (act: () => Promise<unknown>) => {
    const token = await tokenOf(enter(known))
    await act()
    expect(await authenticateSession(token)).toBeUndefined()
  }
  await ends(() => changeRole(account.id, { from: 'viewer', to: 'operator' }, somebody))
  await ends(() =>
    resetPassword(account.id, somebody).then((again) => again.ok && (known.password = again.value.password)),
  )
  await ends(() => disableAccount(account.id, somebody))
  expect(await enter(known)).toEqual({ ok: false, code: 'wrong_credentials' })
})

test('whoever guessed in vain gets in at once by a new password, also from where they always sign in', async () => {
  const account = await anAccount()
  const [home, elsewhere] = [aClient(), aClient()]
  await tokenOf(enter(account, home))
  const wrong = { ...account, password: 'wrong and long enough' }
  for (const client of [home, elsewhere]) {
    for (let index = 0; index < 8; index++) await enter(wrong, client)
    expect(await enter(account, client)).toMatchObject({ code: 'too_many_attempts' })
  }
  const confirm = async ({ password }: typeof account) =>
    confirmPassword({ ...(await signedIn(account)), password }, { ...somebody, address: '192.0.2.99' })
  for (let index = 0; index < 8; index++) await confirm(wrong)
  expect(await confirm(account)).toMatchObject({ code: 'too_many_attempts' })

  const reset = await resetPassword(account.id, somebody)
  const known = { ...account, password: reset.ok ? reset.value.password : '' }
  for (const client of [elsewhere, home])
    expect(await enter(known, client)).toMatchObject({ ok: true, accountId: account.id })
  expect(await confirm(known)).toEqual({ ok: true })
})

test('nobody replaces their own password, or removes their own second factor, as an owner does for others', async () => {
  const owner = await anAccount('owner')
  const token = await tokenOf(enter(owner))
  const session = await authenticateSession(token)
  if (session?.principal.kind !== 'admin') throw new Error('nobody is signed in')
  const context = { actor: session.principal }
  for (const id of [owner.id, owner.id.toUpperCase()]) {
    expect(await resetPassword(id, context)).toEqual({ ok: false, code: 'own_account' })
    expect(await resetSecondFactor(id, context)).toEqual({ ok: false, code: 'own_account' })
  }
  expect(await authenticateSession(token)).toBeDefined()
  expect(await enter(owner)).toMatchObject({ ok: true })
  const { entries } = await auditPage({ target: owner.email, outcome: 'refused' })
  expect(entries.map(({ action, code }) => `${action} ${code}`)).toEqual([
    'second_factor.reset own_account',
    'account.password_reset own_account',
    'second_factor.reset own_account',
    'account.password_reset own_account',
  ])
})

test('the first owner is made once, whoever starts at the same time', async () => {
  const made = await Promise.all(Array.from({ length: 5 }, () => createFirstOwner('Boss@example.com')))
  const owners = made.filter((owner) => owner !== undefined)
  expect(owners).toHaveLength(1)
  expect(owners[0]?.email).toBe('boss@example.com')
  expect(await enter(owners[0] ?? { email: '', password: '' })).toMatchObject({ ok: true })
  expect(await createFirstOwner()).toBeUndefined()
  expect(await listAccounts()).toMatchObject([{ email: 'boss@example.com', role: 'owner' }])
})
