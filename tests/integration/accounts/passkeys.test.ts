import { expect, test } from 'vitest'
import {
  addPasskey,
  authenticateSession,
  completeSignIn,
  disableAccount,
  passkeyOptions,
  passkeyRegistrationOptions,
  removeSecondFactor,
  secondFactorsOf,
  signInWithPasskey,
} from '@/lib/accounts'
import { auditPage } from '@/lib/accounts/audit-log'
import { notePasskeyUse, type UsedPasskey, verifyPasskey } from '@/lib/accounts/second-factor/passkey-check'
import { database } from '@/lib/database'
import {
  aClient,
  anAccount,
  aSession,
  enter,
  signedIn,
  somebody,
  tokenOf,
  type TestAccount,
} from '@/tests/support/accounts'
import { aPasskeyDevice, type Answering, type PasskeyDevice } from '@/tests/support/passkey-device'
import { moveClock } from '@/tests/support/stories/clock'
import { storyDatabase } from '@/tests/support/stories/database'

const story = storyDatabase()

const notAccepted = { ok: false, code: 'not_accepted' }
const wrongCode = { ok: false, code: 'wrong_code' }
const wrongCredentials = { ok: false, code: 'wrong_credentials' }

async function enrol(account: TestAccount, device: PasskeyDevice) {
  const { challengeId, options } = await passkeyRegistrationOptions({ ...account, accountId: account.id })
  const response = device.register(options.challenge)
  return addPasskey({ ...(await signedIn(account)), name: 'Key ring', challengeId, response }, somebody)
}

async function anAccountWithKey() {
  const [account, device] = [await anAccount(), aPasskeyDevice()]
  const added = await enrol(account, device)
  if (!added.ok) throw new Error(added.code)
  return { account, device, recoveryCodes: added.value.recoveryCodes }
}

async function secondStep(account: TestAccount, device: PasskeyDevice, how?: Answering) {
  const token = await tokenOf(enter(account))
  const { challengeId, options } = await passkeyOptions({ purpose: 'second_factor', accountId: account.id })
  const response = device.answer(options.challenge, how)
  return completeSignIn({ token, factor: { kind: 'passkey', challengeId, response }, client: aClient() })
}

async function signInWith(device: PasskeyDevice, how?: Answering) {
  const { challengeId, options } = await passkeyOptions({ purpose: 'sign_in' })
  expect(options.allowCredentials).toEqual([])
  expect(options.userVerification).toBe('required')
  return signInWithPasskey({
    answer: { challengeId, response: device.answer(options.challenge, how) },
    client: aClient(),
  })
}

test('a passkey is a second factor, with recovery codes for the day it is lost', async () => {
  const { account, device, recoveryCodes } = await anAccountWithKey()
  expect(recoveryCodes).toHaveLength(10)
  expect(await secondFactorsOf(account.id)).toMatchObject({
    totp: 'none',
    passkeys: [{ id: device.id, name: 'Key ring', lastUsedAt: null }],
    recoveryCodesLeft: 10,
  })
  expect(await enter(account)).toMatchObject({ ok: true, session: { stage: 'second_factor' } })
  const done = await secondStep(account, device, { verifiesUser: false })
  expect(done).toMatchObject({ ok: true, session: { stage: 'full' } })
  expect((await secondFactorsOf(account.id)).passkeys[0]?.lastUsedAt).toBeInstanceOf(Date)
})

test('a passkey signs in alone when its device verified who holds it', async () => {
  const { account, device } = await anAccountWithKey()
  const signedIn = await signInWith(device)
  expect(signedIn).toMatchObject({ ok: true, accountId: account.id, session: { stage: 'full' } })
  const token = signedIn.ok ? signedIn.session.token : ''
  expect(await authenticateSession(token)).toMatchObject({
    principal: { kind: 'admin', email: account.email },
  })
  expect(await signInWith(device, { verifiesUser: false })).toEqual(wrongCredentials)
  expect(await signInWith(aPasskeyDevice())).toEqual(wrongCredentials)
  await disableAccount(account.id, somebody)
  expect(await signInWith(device)).toEqual(wrongCredentials)
})

test('passkeys that sign nobody in are limited by address, and one that does takes only itself back', async () => {
  const { account, device } = await anAccountWithKey()
  const client = aClient()
  const enterBy = async (one: PasskeyDevice, from = client) => {
    const { challengeId, options } = await passkeyOptions({ purpose: 'sign_in' })
    const answer = { challengeId, response: one.answer(options.challenge) }
    const result = await signInWithPasskey({ answer, client: from })
    return result.ok ? result.accountId : result.code
  }
  const stranger = aPasskeyDevice()
  for (let tries = 0; tries < 19; tries++) expect(await enterBy(stranger)).toBe('wrong_credentials')
  for (let times = 0; times < 3; times++) expect(await enterBy(device)).toBe(account.id)
  expect(await enterBy(stranger)).toBe('wrong_credentials')
  expect(await enterBy(device)).toBe('too_many_attempts')
  expect(await enterBy(device, aClient())).toBe(account.id)
})

test('a sign-in by passkey ends the session that the browser came with', async () => {
  const { account, device } = await anAccountWithKey()
  const [{ token: before }, { token: other }] = [await aSession(account), await aSession(account)]
  const { challengeId, options } = await passkeyOptions({ purpose: 'sign_in' })
  const answer = { challengeId, response: device.answer(options.challenge) }
  const result = await signInWithPasskey({ answer, client: aClient(), previousToken: before })
  expect(result).toMatchObject({ ok: true })
  expect(await authenticateSession(before)).toBeUndefined()
  expect(await authenticateSession(other)).toBeDefined()
})

test('an answer works once, for its own challenge, purpose, account and site, within five minutes', async () => {
  const { account, device } = await anAccountWithKey()
  const other = await anAccountWithKey()
  const token = await tokenOf(enter(account))
  const finish = (challengeId: string, response: unknown) =>
    completeSignIn({ token, factor: { kind: 'passkey', challengeId, response }, client: aClient() })
  const ask = () => passkeyOptions({ purpose: 'second_factor', accountId: account.id })

  const wrongSite = await ask()
  const elsewhere = device.answer(wrongSite.options.challenge, { origin: 'http://evil.example' })
  expect(await finish(wrongSite.challengeId, elsewhere)).toEqual(wrongCode)
  // Right or wrong, an answer uses its challenge up.
  expect(await finish(wrongSite.challengeId, device.answer(wrongSite.options.challenge))).toEqual(wrongCode)

  const theirs = await passkeyOptions({ purpose: 'second_factor', accountId: other.account.id })
  expect(await finish(theirs.challengeId, device.answer(theirs.options.challenge))).toEqual(wrongCode)
  const mine = await ask()
  expect(await finish(mine.challengeId, other.device.answer(mine.options.challenge))).toEqual(wrongCode)
  await moveClock(story.ownerUrl, '3 minutes')

  const late = await ask()
  await moveClock(story.ownerUrl, '5 minutes 1 second')
  expect(await finish(late.challengeId, device.answer(late.options.challenge))).toEqual(wrongCode)
})

test('an answer that was caught earlier is none to a new challenge, nor is one to what asks for a new key', async () => {
  const { account, device } = await anAccountWithKey()
  const token = await tokenOf(enter(account))
  const finish = (challengeId: string, response: unknown) =>
    completeSignIn({ token, factor: { kind: 'passkey', challengeId, response }, client: aClient() })
  const ask = () => passkeyOptions({ purpose: 'second_factor', accountId: account.id })

  const [earlier, now] = [await ask(), await ask()]
  expect(await finish(now.challengeId, device.answer(earlier.options.challenge))).toEqual(wrongCode)
  const toRegister = await passkeyRegistrationOptions({ ...account, accountId: account.id })
  const response = device.answer(toRegister.options.challenge)
  expect(await finish(toRegister.challengeId, response)).toEqual(wrongCode)
  const last = await ask()
  expect(await finish(last.challengeId, device.answer(last.options.challenge))).toMatchObject({ ok: true })
})

test('of two who send the same answer at once, one is let in', async () => {
  const { account, device } = await anAccountWithKey()
  const { challengeId, options } = await passkeyOptions({ purpose: 'second_factor', accountId: account.id })
  const response = device.answer(options.challenge)
  const tokens = [await tokenOf(enter(account)), await tokenOf(enter(account))]
  const both = await Promise.all(
    tokens.map((token) =>
      completeSignIn({ token, factor: { kind: 'passkey', challengeId, response }, client: aClient() }),
    ),
  )
  expect(both.filter(({ ok }) => ok)).toHaveLength(1)
  expect(both.filter(({ ok }) => !ok)).toEqual([wrongCode])
})

test('a key that counts backwards is a copy, and refused', async () => {
  const { account, device } = await anAccountWithKey()
  expect(await secondStep(account, device, { counter: 7 })).toMatchObject({ ok: true })
  expect(await secondStep(account, device, { counter: 7 })).toEqual(wrongCode)
  expect(await secondStep(account, device, { counter: 0 })).toEqual(wrongCode)
  expect(await secondStep(account, device, { counter: 8 })).toMatchObject({ ok: true })
  expect(await signInWith(device, { counter: 9 })).toMatchObject({ ok: true })
  expect(await signInWith(device, { counter: 9 })).toEqual(wrongCredentials)
  expect(await secondStep(account, device, { counter: 9 })).toEqual(wrongCode)
})

test('of two uses that were checked at once with one count, one counts, and none of a key that has changed hands', async () => {
  const { account, device } = await anAccountWithKey()
  const used = async (counter: number) => {
    const { challengeId, options } = await passkeyOptions({ purpose: 'sign_in' })
    const response = device.answer(options.challenge, { counter })
    const found = await verifyPasskey({ purpose: 'sign_in' }, { challengeId, response })
    if (!found) throw new Error('the answer is right')
    return found
  }
  const note = (one: UsedPasskey) =>
    database()
      .transaction()
      .execute((trx) => notePasskeyUse(trx, one))
  const [one, same, later] = [await used(7), await used(7), await used(8)]
  expect([await note(one), await note(same)]).toEqual([true, false])

  const factor = { kind: 'passkey', id: device.id } as const
  await removeSecondFactor({ ...(await signedIn(account)), factor }, somebody)
  expect(await note(later)).toBe(false)
  expect(await enrol(await anAccount(), device)).toMatchObject({ ok: true })
  expect(await note(later)).toBe(false)
})

test('a registration is for who began it, from our site, once, and one key for one account', async () => {
  const [account, other, third] = [await anAccount(), await anAccount(), await anAccount()]
  const device = aPasskeyDevice()
  const begin = (who = account) => passkeyRegistrationOptions({ ...who, accountId: who.id })
  const finish = async (id: string, challengeId: string, response: unknown) =>
    addPasskey({ ...(await signedIn({ id })), name: '', challengeId, response }, somebody)

  const begun = await begin()
  const response = device.register(begun.options.challenge)
  expect(await finish(other.id, begun.challengeId, response)).toEqual(notAccepted)
  expect(await finish(account.id, begun.challengeId, response)).toMatchObject({ ok: true })
  expect(await finish(account.id, begun.challengeId, response)).toEqual(notAccepted)

  const [earlier, later] = [await begin(), await begin()]
  const caught = aPasskeyDevice().register(earlier.options.challenge)
  expect(await finish(account.id, later.challengeId, caught)).toEqual(notAccepted)

  const next = await begin()
  expect(next.options.excludeCredentials).toMatchObject([{ id: device.id }])
  const fromEvil = aPasskeyDevice().register(next.options.challenge, 'http://evil.example')
  expect(await finish(account.id, next.challengeId, fromEvil)).toEqual(notAccepted)
  expect(await enrol(other, device)).toEqual(notAccepted)
  for (const garbage of [undefined, {}, 'text', { id: 'x' }, { ...response, response: {} }]) {
    expect(await finish(third.id, (await begin(third)).challengeId, garbage)).toEqual(notAccepted)
  }
  expect((await secondFactorsOf(third.id)).passkeys).toEqual([])
  expect((await secondFactorsOf(account.id)).passkeys).toHaveLength(1)
  expect((await secondFactorsOf(account.id)).passkeys[0]?.name).toBe('Passkey')
})

test('tries to add a key are limited, few of them are recorded, and the sign-in goes on', async () => {
  const { account, device } = await anAccountWithKey()
  const own = await signedIn(account)
  const add = (challengeId: string, response: unknown) =>
    addPasskey({ ...own, name: '', challengeId, response }, somebody)
  const results: string[] = []
  for (let tries = 0; tries < 30; tries++) {
    const result = await add('none', {})
    results.push(result.ok ? 'added' : result.code)
  }
  expect(results.slice(0, 5)).toEqual(Array<string>(5).fill('not_accepted'))
  expect(results.slice(5)).toEqual(Array<string>(25).fill('too_many_attempts'))
  const { entries } = await auditPage({ target: account.email, outcome: 'refused' })
  expect(entries).toHaveLength(6)
  expect(await secondStep(account, device)).toMatchObject({ ok: true })

  // One that comes too early does not use up its challenge.
  const begun = await passkeyRegistrationOptions({ ...account, accountId: account.id })
  const response = aPasskeyDevice().register(begun.options.challenge)
  expect(await add(begun.challengeId, response)).toMatchObject({ code: 'too_many_attempts' })
  await moveClock(story.ownerUrl, '10 seconds')
  expect(await add(begun.challengeId, response)).toMatchObject({ ok: true })
  expect(await addAgain(account)).toEqual(notAccepted)
  expect(await addAgain(account)).toEqual(notAccepted)
})

async function addAgain(account: TestAccount) {
  return addPasskey({ ...(await signedIn(account)), name: '', challengeId: 'none', response: {} }, somebody)
}

test('with the last key the recovery codes go, and not before', async () => {
  const { account, device } = await anAccountWithKey()
  const second = aPasskeyDevice()
  const added = await enrol(account, second)
  expect(added).toMatchObject({ ok: true, value: { recoveryCodes: undefined } })
  const remove = async (id: string) =>
    removeSecondFactor({ ...(await signedIn(account)), factor: { kind: 'passkey', id } }, somebody)
  expect(await remove(device.id)).toMatchObject({ ok: true })
  expect((await secondFactorsOf(account.id)).recoveryCodesLeft).toBe(10)
  expect(await secondStep(account, device)).toEqual(wrongCode)
  expect(await remove(second.id)).toMatchObject({ ok: true })
  expect(await secondFactorsOf(account.id)).toEqual({ totp: 'none', passkeys: [], recoveryCodesLeft: 0 })
})
