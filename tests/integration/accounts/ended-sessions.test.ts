import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  addPasskey,
  changePassword,
  completeSignIn,
  confirmTotp,
  disableAccount,
  listSessions,
  passkeyRegistrationOptions,
  removeSecondFactor,
  renewRecoveryCodes,
  resetPassword,
  revokeSession,
  revokeSessions,
  secondFactorsOf,
  startTotp,
} from '@/lib/accounts'
import { anAccount, enter, signedIn, somebody, tokenOf, type TestAccount } from '@/tests/support/accounts'
import { codeOf } from '@/tests/support/authenticator-app'
import { aPasskeyDevice } from '@/tests/support/passkey-device'
import { storyDatabase } from '@/tests/support/stories/database'
import { connectOwner, type Owner } from '@/tests/support/stories/owner'
import { until } from '@/tests/support/until'

/** Whoever ends an account's sessions has ended them, whatever is under way at that moment. */

const story = storyDatabase()
/** Holds locks for which others have to wait. */
let holder: Owner
beforeAll(async () => {
  holder = await connectOwner(story.ownerUrl)
})
afterAll(() => holder.end())

const ends: Record<string, (account: TestAccount) => Promise<unknown>> = {
  'all sessions are ended': ({ id: accountId }) => revokeSessions({ accountId }, somebody),
  'an owner resets the password': ({ id }) => resetPassword(id, somebody),
  'the account is disabled': ({ id }) => disableAccount(id, somebody),
}

/** What makes a session, made ready up to the moment where it takes the account's lock. */
const begins: Record<string, () => Promise<{ account: TestAccount; run: () => Promise<{ ok: boolean }> }>> = {
  'a factor that is removed': async () => {
    const { account, session } = await anAccountWithApp()
    return { account, run: () => removeSecondFactor({ ...session, factor: { kind: 'totp' } }, somebody) }
  },
  'an app that is confirmed': async () => {
    const { account, session, code } = await anAccountWithBegunApp()
    return { account, run: () => confirmTotp({ ...session, code }, somebody) }
  },
  'a passkey that is added': async () => {
    const account = await anAccount()
    const session = await signedIn(account)
    const { challengeId, options } = await passkeyRegistrationOptions({ ...account, accountId: account.id })
    const response = aPasskeyDevice().register(options.challenge)
    return { account, run: () => addPasskey({ ...session, name: '', challengeId, response }, somebody) }
  },
  'a password that is changed': async () => {
    const account = await anAccount()
    const change = {
      ...(await signedIn(account)),
      currentPassword: account.password,
      newPassword: 'a better password',
    }
    return { account, run: () => changePassword(change, somebody) }
  },
  'a sign-in in its second step': aSecondStep,
}

/** What makes no session, but a way to get one. */
const prepares: Record<string, () => ReturnType<(typeof begins)[string]>> = {
  'a secret for an app': async () => {
    const account = await anAccount()
    const session = await signedIn(account)
    return { account, run: () => startTotp(session, somebody) }
  },
  'new recovery codes': async () => {
    const { account, session } = await anAccountWithApp()
    return { account, run: () => renewRecoveryCodes(session, somebody) }
  },
}

describe.each(Object.entries(ends))('once %s', (_name, end) => {
  test.each(Object.entries(prepares))('%s cannot be had', async (_what, prepare) => {
    const { account, run } = await prepare()
    const before = await secondFactorsOf(account.id)
    const release = await lockAccountOf(account)
    const ended = await queued(1, end(account))
    const asked = await queued(2, run())
    await release()
    await ended.promise
    expect(await asked.promise).toEqual({ ok: false, code: 'session_ended' })
    expect(await secondFactorsOf(account.id)).toEqual(before)
  })

  test.each(Object.entries(begins))('%s makes no session', async (_what, begin) => {
    const { account, run } = await begin()
    const release = await lockAccountOf(account)
    const ended = await queued(1, end(account))
    const begun = await queued(2, run())
    await release()
    await ended.promise
    expect(await begun.promise).toEqual({ ok: false, code: 'session_ended' })
    expect(await listSessions(account.id)).toEqual([])
  })

  test.each(Object.entries(begins))('%s before has made one that is ended', async (_what, begin) => {
    const { account, run } = await begin()
    const release = await lockAccountOf(account)
    const begun = await queued(1, run())
    const ended = await queued(2, end(account))
    await release()
    expect(await begun.promise).toMatchObject({ ok: true })
    await ended.promise
    expect(await listSessions(account.id)).toEqual([])
  })
})

test('a sign-in that has ended its first session already has its second one ended too', async () => {
  const { account, run } = await aSecondStep()
  // It writes its row last, in the same transaction.
  await holder.query('begin; lock table admin_audit in exclusive mode')
  const begun = await queued(1, run())
  const ended = await queued(2, revokeSessions({ accountId: account.id }, somebody))
  await holder.query('rollback')
  expect(await begun.promise).toMatchObject({ ok: true })
  expect(await ended.promise).toBeGreaterThan(0)
  expect(await listSessions(account.id)).toEqual([])
})

test('one session that is ended makes no other', async () => {
  const { account, session, code } = await anAccountWithBegunApp()
  const other = await signedIn(account)
  const release = await lockAccountOf(account)
  const ended = await queued(1, revokeSession(session, somebody))
  const begun = await queued(2, confirmTotp({ ...session, code }, somebody))
  await release()
  expect(await ended.promise).toBe(true)
  expect(await begun.promise).toEqual({ ok: false, code: 'session_ended' })
  expect(await listSessions(account.id)).toMatchObject([{ id: other.sessionId }])
})

test('a session whose sign-in is not complete changes nothing of its account', async () => {
  const { account } = await anAccountWithApp()
  const entered = await enter(account)
  if (!entered.ok) throw new Error(entered.code)
  expect(entered.session.stage).toBe('second_factor')
  const change = { ...(await signedIn(account)), sessionId: entered.session.id }
  const refused = { ok: false, code: 'session_ended' }
  expect(await renewRecoveryCodes(change, somebody)).toEqual(refused)
  expect(await removeSecondFactor({ ...change, factor: { kind: 'totp' } }, somebody)).toEqual(refused)
})

test('a session changes nothing of another account', async () => {
  const [account, stranger] = [await anAccount(), await anAccount()]
  const { sessionId } = await signedIn(stranger)
  const change = { ...(await signedIn(account)), sessionId }
  const passwords = { currentPassword: account.password, newPassword: 'a better password' }
  const refused = { ok: false, code: 'session_ended' }
  expect(await changePassword({ ...change, ...passwords }, somebody)).toEqual(refused)
  expect(await changePassword({ ...change, ...passwords, sessionId: randomUUID() }, somebody)).toEqual(
    refused,
  )
})

async function anAccountWithBegunApp() {
  const account = await anAccount()
  const session = await signedIn(account)
  const begun = await startTotp(session, somebody)
  if (!begun.ok) throw new Error(begun.code)
  const { secret } = begun.value
  return { account, session, secret, code: await codeOf(secret) }
}

async function anAccountWithApp() {
  const { account, session, secret, code } = await anAccountWithBegunApp()
  const confirmed = await confirmTotp({ ...session, code }, somebody)
  if (!confirmed.ok) throw new Error(confirmed.code)
  return { account, secret, session: { ...session, sessionId: confirmed.value.session.id } }
}

async function aSecondStep() {
  const { account, secret, session } = await anAccountWithApp()
  const token = await tokenOf(enter(account))
  const { client } = session
  const factor = { kind: 'totp', code: await codeOf(secret, 1) } as const
  return { account, run: () => completeSignIn({ token, factor, client }) }
}

/** @returns lets it go */
async function lockAccountOf({ id }: TestAccount): Promise<() => Promise<unknown>> {
  await holder.query('begin')
  await holder.query('select from admin_accounts where id = $1 for update', [id])
  return () => holder.query('rollback')
}

/** Waits until so many wait for a lock, in the order in which they came, or until this one needed none. */
async function queued<T>(waiting: number, promise: Promise<T>): Promise<{ promise: Promise<T> }> {
  let isSettled = false
  const settled = () => (isSettled = true)
  promise.then(settled, settled)
  await until(async () => {
    // Not by the holder: within its transaction it sees connections as they were at first.
    const blocked = await story.owner.query(
      `select from pg_stat_activity
        where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`,
    )
    return isSettled || blocked.length === waiting
  })
  return { promise }
}
