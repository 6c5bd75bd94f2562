import { Secret } from 'otpauth'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import {
  authenticateSession,
  changeRole,
  completeSignIn,
  confirmTotp,
  getAccount,
  removeSecondFactor,
  renewRecoveryCodes,
  resetSecondFactor,
  secondFactorsOf,
  startTotp,
  type SecondFactor,
} from '@/lib/accounts'
import { auditPage } from '@/lib/accounts/audit-log'
import { database } from '@/lib/database'
import { aClient, anAccount, enter, signedIn, somebody, tokenOf } from '@/tests/support/accounts'
import { codeOf } from '@/tests/support/authenticator-app'
import { moveClock } from '@/tests/support/stories/clock'
import { storyDatabase } from '@/tests/support/stories/database'

const story = storyDatabase()

/** An account with an authenticator app, and a step later, so that its next code is a fresh one. */
async function anAccountWithApp() {
  const account = await anAccount()
  const begun = await startTotp(await signedIn(account), somebody)
  if (!begun.ok) throw new Error(begun.code)
  const { secret, uri } = begun.value
  const confirmed = await confirmTotp({ ...(await signedIn(account)), code: await codeOf(secret) }, somebody)
  if (!confirmed.ok) throw new Error(confirmed.code)
  await moveClock(story.ownerUrl, '30 seconds')
  const recoveryCodes = confirmed.value.recoveryCodes ?? []
  return { ...account, secret, uri, recoveryCodes, session: confirmed.value.session }
}

/** A passkey of the account that nobody has in hand. @returns its id */
async function aPasskeyOf({ id: account_id }: { id: string }): Promise<string> {
  const id = `passkey of ${account_id}`
  await database()
    .insertInto('admin_passkeys')
    .values({ id, account_id, name: 'Key', public_key: Buffer.from('key'), counter: 0, transports: [] })
    .execute()
  return id
}

async function complete(token: string, factor: SecondFactor) {
  return completeSignIn({ token, factor, client: aClient() })
}

test('an app counts from its first code on, and the sign-in then has two steps with two tokens', async () => {
  const account = await anAccountWithApp()
  expect(account.uri).toMatch(/^otpauth:\/\/totp\/6FB%20Workshops:/)
  expect(account.uri).toContain(encodeURIComponent(account.email))
  expect(account.recoveryCodes).toHaveLength(10)
  expect(await getAccount(account.id)).toMatchObject({ hasSecondFactor: true })

  const first = await enter(account)
  expect(first).toMatchObject({ ok: true, session: { stage: 'second_factor' } })
  const pending = first.ok ? first.session.token : ''
  expect(await authenticateSession(pending)).toMatchObject({
    stage: 'second_factor',
    principal: { kind: 'nobody' },
  })

  const second = await complete(pending, { kind: 'totp', code: await codeOf(account.secret) })
  expect(second).toMatchObject({ ok: true, accountId: account.id, session: { stage: 'full' } })
  const token = second.ok ? second.session.token : ''
  expect(token).not.toBe(pending)
  expect(await authenticateSession(pending)).toBeUndefined()
  expect(await authenticateSession(token)).toMatchObject({
    principal: { kind: 'admin', accountId: account.id },
  })
})

test('an app that was begun and not confirmed asks nobody for a code', async () => {
  const account = await anAccount()
  await startTotp(await signedIn(account), somebody)
  const wrong = await confirmTotp({ ...(await signedIn(account)), code: '000000' }, somebody)
  expect(wrong).toEqual({ ok: false, code: 'wrong_code' })
  expect(await secondFactorsOf(account.id)).toEqual({ totp: 'begun', passkeys: [], recoveryCodesLeft: 0 })
  expect(await enter(account)).toMatchObject({ ok: true, session: { stage: 'full' } })
})

test('guesses of the code that confirms an app are limited; the right one after the wait begins anew', async () => {
  const account = await anAccount()
  const begun = await startTotp(await signedIn(account), somebody)
  const own = await signedIn(account)
  const confirm = (code: string) => confirmTotp({ ...own, code }, { ...somebody, address: '192.0.2.8' })
  const burst = await Promise.all(Array.from({ length: 12 }, () => confirm('no code')))
  const codes = burst.map((result) => (result.ok ? 'confirmed' : result.code))
  expect(codes.filter((code) => code === 'wrong_code')).toHaveLength(5)
  expect(codes.filter((code) => code === 'too_many_attempts')).toHaveLength(7)
  const { entries } = await auditPage({ target: account.email, outcome: 'refused' })
  expect(entries.map(({ action, code }) => `${action} ${code}`).sort()).toEqual([
    'second_factor.add too_many_attempts',
    ...Array<string>(5).fill('second_factor.add wrong_code'),
  ])

  const secret = begun.ok ? begun.value.secret : ''
  expect(await confirm(await codeOf(secret))).toMatchObject({ code: 'too_many_attempts' })
  await moveClock(story.ownerUrl, '10 seconds')
  expect(await confirm(await codeOf(secret))).toMatchObject({ ok: true })
  const token = await tokenOf(enter(account))
  expect(await complete(token, { kind: 'totp', code: 'no code' })).toEqual({ ok: false, code: 'wrong_code' })
  expect(await complete(token, { kind: 'totp', code: 'no code' })).toEqual({ ok: false, code: 'wrong_code' })
})

test('codes that confirm no app keep nobody out of the sign-in’s second step, and fill no log', async () => {
  const account = await anAccountWithApp()
  const token = await tokenOf(enter(account))
  const own = await signedIn(account)
  for (let tries = 0; tries < 10; tries++)
    expect(await confirmTotp({ ...own, code: '000000' }, somebody)).toMatchObject({ ok: false })
  const { entries } = await auditPage({
    target: account.email,
    action: 'second_factor.add',
    outcome: 'refused',
  })
  expect(entries).toHaveLength(6)
  const code = await codeOf(account.secret)
  expect(await complete(token, { kind: 'totp', code })).toMatchObject({ ok: true })
})

test('a confirmed app is not replaced unasked', async () => {
  const account = await anAccountWithApp()
  const refused = { ok: false, code: 'already_enrolled' }
  expect(await startTotp(await signedIn(account), somebody)).toEqual(refused)
  const code = await codeOf(account.secret)
  expect(await confirmTotp({ ...(await signedIn(account)), code }, somebody)).toEqual(refused)
})

test('a code works once: not again, not twice at once, and none before it', async () => {
  const account = await anAccountWithApp()
  const [one, two, three, four] = await Promise.all(
    [enter(account), enter(account), enter(account), enter(account)].map(tokenOf),
  )
  const [earlier, code] = [await codeOf(account.secret, -1), await codeOf(account.secret)]
  const both = await Promise.all([
    complete(one ?? '', { kind: 'totp', code }),
    complete(two ?? '', { kind: 'totp', code: `${code.slice(0, 3)} ${code.slice(3)}` }),
  ])
  expect(both.filter(({ ok }) => ok)).toHaveLength(1)
  expect(both.filter((result) => !result.ok && result.code === 'wrong_code')).toHaveLength(1)
  expect(await complete(three ?? '', { kind: 'totp', code })).toEqual({ ok: false, code: 'wrong_code' })
  expect(await complete(four ?? '', { kind: 'totp', code: earlier })).toEqual({
    ok: false,
    code: 'wrong_code',
  })
  // The code that confirmed the app is spent as well.
  const next = await codeOf(account.secret, 1)
  expect(await complete(four ?? '', { kind: 'totp', code: next })).toMatchObject({ ok: true })
})

test('codes of two steps away, of other accounts and other forms are refused', async () => {
  const [account, other] = [await anAccountWithApp(), await anAccountWithApp()]
  const token = await tokenOf(enter(account))
  for (const code of [await codeOf(account.secret, 2), await codeOf(other.secret), '', '12345', 'abcdef']) {
    expect(await complete(token, { kind: 'totp', code })).toMatchObject({ ok: false, code: 'wrong_code' })
  }
})

test('whoever has the password locks nobody out of the second step where the account signs in', async () => {
  const account = await anAccountWithApp()
  const usual = aClient('192.0.2.70')
  await signedIn(account, usual)
  const stolen = await tokenOf(enter(account))
  const wrong = { kind: 'totp', code: 'no code' } as const
  for (let index = 0; index < 8; index++) await complete(stolen, wrong)

  const token = await tokenOf(enter(account, usual))
  const right = { kind: 'totp', code: await codeOf(account.secret) } as const
  expect(await completeSignIn({ token, factor: right, client: usual })).toMatchObject({ ok: true })
  // Nor does that give the other one new guesses.
  expect(await complete(stolen, wrong)).toMatchObject({ code: 'too_many_attempts' })

  const again = await tokenOf(enter(account, usual))
  const guesses = Array.from({ length: 12 }, () =>
    completeSignIn({ token: again, factor: wrong, client: usual }),
  )
  const codes = (await Promise.all(guesses)).map((result) => (result.ok ? 'in' : result.code))
  expect(codes.filter((code) => code === 'wrong_code')).toHaveLength(5)
})

test('the second step is limited too, also over new first steps', async () => {
  const account = await anAccountWithApp()
  const tokens: string[] = []
  for (let index = 0; index < 4; index++) tokens.push(await tokenOf(enter(account)))
  const guesses = Array.from({ length: 12 }, (_, index) =>
    complete(tokens[index % 4] ?? '', { kind: 'totp', code: `00000${index % 10}` }),
  )
  const codes = (await Promise.all(guesses)).map((result) => (result.ok ? 'in' : result.code))
  expect(codes.filter((code) => code === 'wrong_code')).toHaveLength(5)
  expect(codes.filter((code) => code === 'too_many_attempts')).toHaveLength(7)
  const right = { kind: 'totp', code: await codeOf(account.secret, 1) } as const
  expect(await complete(tokens[0] ?? '', right)).toMatchObject({ code: 'too_many_attempts' })
})

test('neither the password alone nor the sign-in of another makes an address known: guesses from all share a wait', async () => {
  const [account, other] = [await anAccountWithApp(), await anAccount()]
  const codes: string[] = []
  for (let guess = 0; guess < 8; guess++) {
    const client = aClient()
    await signedIn(other, client)
    const token = await tokenOf(enter(account, client))
    const result = await completeSignIn({ token, factor: { kind: 'totp', code: 'no code' }, client })
    codes.push(result.ok ? 'in' : result.code)
  }
  expect(codes).toEqual([
    ...Array<string>(5).fill('wrong_code'),
    ...Array<string>(3).fill('too_many_attempts'),
  ])
})

test('a recovery code works once, also for two at once, however it is typed', async () => {
  const account = await anAccountWithApp()
  const [code = '', another = ''] = account.recoveryCodes
  const tokens = await Promise.all([1, 2, 3, 4].map(() => tokenOf(enter(account))))
  const forms = [code, code.toUpperCase(), code.replaceAll('-', ' '), ` ${code.replaceAll('-', '')}`]
  const results = await Promise.all(
    tokens.map((token, index) => complete(token, { kind: 'recovery_code', code: forms[index] ?? '' })),
  )
  expect(results.filter(({ ok }) => ok)).toHaveLength(1)
  expect((await secondFactorsOf(account.id)).recoveryCodesLeft).toBe(9)

  const renewed = await renewRecoveryCodes(await signedIn(account), somebody)
  expect(renewed.ok && renewed.value).toHaveLength(10)
  const token = await tokenOf(enter(account))
  expect(await complete(token, { kind: 'recovery_code', code: another })).toMatchObject({ ok: false })
  const fresh = renewed.ok ? (renewed.value[0] ?? '') : ''
  expect(await complete(token, { kind: 'recovery_code', code: fresh })).toMatchObject({ ok: true })
})

test('one first step leads to one session, however many codes answer it at once', async () => {
  const account = await anAccountWithApp()
  const token = await tokenOf(enter(account))
  const results = await Promise.all(
    account.recoveryCodes.slice(0, 4).map((code) => complete(token, { kind: 'recovery_code', code })),
  )
  expect(results.filter(({ ok }) => ok)).toHaveLength(1)
  expect((await secondFactorsOf(account.id)).recoveryCodesLeft).toBe(9)
})

test('the second step takes ten minutes at most, and no session that has gone or is complete', async () => {
  const account = await anAccountWithApp()
  const ended = { ok: false, code: 'session_ended' }
  const factor = async () => ({ kind: 'totp', code: await codeOf(account.secret) }) as const
  const late = await tokenOf(enter(account))
  await moveClock(story.ownerUrl, '10 minutes 1 second')
  expect(await complete(late, await factor())).toEqual(ended)
  expect(await complete('no token', await factor())).toEqual(ended)
  expect(await complete(account.session.token, await factor())).toEqual(ended)
  const pending = await tokenOf(enter(account))
  await changeRole(account.id, { from: 'operator', to: 'viewer' }, somebody)
  expect(await complete(pending, await factor())).toEqual(ended)
})

test('enrolling and removing a factor end all other sessions and renew this one', async () => {
  const account = await anAccount()
  const before = await tokenOf(enter(account))
  const begun = await startTotp(await signedIn(account), somebody)
  const code = await codeOf(begun.ok ? begun.value.secret : '')
  const confirmed = await confirmTotp({ ...(await signedIn(account)), code }, somebody)
  const during = confirmed.ok ? confirmed.value.session.token : ''
  expect(await authenticateSession(before)).toBeUndefined()
  expect(await authenticateSession(during)).toBeDefined()

  const remove = async () =>
    removeSecondFactor({ ...(await signedIn(account)), factor: { kind: 'totp' } }, somebody)
  const removed = await remove()
  expect(await authenticateSession(during)).toBeUndefined()
  expect(removed.ok && (await authenticateSession(removed.value.token))).toBeTruthy()
  expect(await secondFactorsOf(account.id)).toEqual({ totp: 'none', passkeys: [], recoveryCodesLeft: 0 })
  expect(await remove()).toEqual({ ok: false, code: 'unknown_factor' })
  expect(await enter(account)).toMatchObject({ ok: true, session: { stage: 'full' } })
})

test('an owner resets the second factor of somebody who lost everything', async () => {
  const account = await anAccountWithApp()
  await aPasskeyOf(account)
  expect(await resetSecondFactor(account.id, somebody)).toMatchObject({ ok: true })
  expect(await secondFactorsOf(account.id)).toEqual({ totp: 'none', passkeys: [], recoveryCodesLeft: 0 })
  expect(await authenticateSession(account.session.token)).toBeUndefined()
  expect(await enter(account)).toMatchObject({ ok: true, session: { stage: 'full' } })
  expect(await resetSecondFactor('nobody', somebody)).toEqual({ ok: false, code: 'unknown_account' })
})

test('neither secrets nor recovery codes are in the database as they are', async () => {
  const account = await anAccountWithApp()
  const { rows } = await sql`
    select t::text from admin_totp t union all select c::text from admin_recovery_codes c
    union all select l::text from admin_audit l`.execute(database())
  const everything = JSON.stringify(rows)
  const hex = Buffer.from(Secret.fromBase32(account.secret).bytes).toString('hex')
  for (const secret of [account.secret, hex, ...account.recoveryCodes])
    expect(everything).not.toContain(secret)
})

test('both steps, and what was refused, are in the audit log', async () => {
  const account = await anAccountWithApp()
  const token = await tokenOf(enter(account))
  await complete(token, { kind: 'totp', code: 'wrong' })
  await complete(token, { kind: 'totp', code: await codeOf(account.secret) })
  const { entries } = await auditPage({ target: account.email }, { limit: 3 })
  expect(
    entries.map(({ action, outcome, code, actorKind }) => ({ action, outcome, code, actorKind })),
  ).toEqual([
    { action: 'session.second_factor', outcome: 'applied', code: null, actorKind: 'admin' },
    { action: 'session.second_factor', outcome: 'refused', code: 'wrong_code', actorKind: 'nobody' },
    { action: 'session.password', outcome: 'applied', code: null, actorKind: 'admin' },
  ])
})

test('a recovery code of another account is a wrong one, and stays good there', async () => {
  const [account, other] = [await anAccountWithApp(), await anAccountWithApp()]
  const [code = ''] = other.recoveryCodes
  const factor = { kind: 'recovery_code', code } as const
  const wrong = { ok: false, code: 'wrong_code' }
  expect(await complete(await tokenOf(enter(account)), factor)).toEqual(wrong)
  expect(await complete(await tokenOf(enter(other)), factor)).toMatchObject({ ok: true })
})

test('an app that was begun and not confirmed lets nobody in beside a passkey', async () => {
  const account = await anAccount()
  await aPasskeyOf(account)
  const begun = await startTotp(await signedIn(account), somebody)
  const code = await codeOf(begun.ok ? begun.value.secret : '')
  const result = await complete(await tokenOf(enter(account)), { kind: 'totp', code })
  expect(result).toEqual({ ok: false, code: 'wrong_code' })
  expect(await secondFactorsOf(account.id)).toMatchObject({ totp: 'begun' })
})

test('what becomes of one account’s second factors leaves those of all others as they are', async () => {
  const [other, beginner] = [await anAccountWithApp(), await anAccount()]
  await startTotp(await signedIn(beginner), somebody)
  const id = await aPasskeyOf(other)
  const others = () => Promise.all([other, beginner].map((one) => secondFactorsOf(one.id)))
  const before = await others()
  expect(before).toMatchObject([
    { totp: 'confirmed', passkeys: [{ id }], recoveryCodesLeft: 10 },
    { totp: 'begun' },
  ])

  const account = await anAccountWithApp()
  const code = await codeOf(account.secret)
  expect(await complete(await tokenOf(enter(account)), { kind: 'totp', code })).toMatchObject({ ok: true })
  expect(await renewRecoveryCodes(await signedIn(account), somebody)).toMatchObject({ ok: true })
  const remove = async (factor: { kind: 'totp' } | { kind: 'passkey'; id: string }) =>
    removeSecondFactor({ ...(await signedIn(account)), factor }, somebody)
  expect(await remove({ kind: 'passkey', id })).toEqual({ ok: false, code: 'unknown_factor' })
  expect(await remove({ kind: 'totp' })).toMatchObject({ ok: true })
  expect(await resetSecondFactor(account.id, somebody)).toMatchObject({ ok: true })
  expect(await others()).toEqual(before)
})
