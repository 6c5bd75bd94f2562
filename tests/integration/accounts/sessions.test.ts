import { expect, test } from 'vitest'
import {
  authenticateSession,
  disableAccount,
  listSessions,
  revokeSession,
  revokeSessions,
  signOut,
} from '@/lib/accounts'
import { auditPage } from '@/lib/accounts/audit-log'
import { forgetSignIns } from '@/lib/accounts/forget'
import { createSession, endSession, findJustEnded, findSession } from '@/lib/accounts/sessions'
import { database } from '@/lib/database'
import { aClient, anAccount, enter, somebody, tokenOf } from '@/tests/support/accounts'
import { moveClock } from '@/tests/support/stories/clock'
import { storyDatabase } from '@/tests/support/stories/database'

const story = storyDatabase()

const forward = (interval: string) => moveClock(story.ownerUrl, interval)

test('eight hours without a request of somebody end a session; one with requests lives on', async () => {
  const account = await anAccount()
  const [idle, used] = [await tokenOf(enter(account)), await tokenOf(enter(account))]
  const watched = await tokenOf(enter(account))
  await forward('7 hours 59 minutes')
  expect(await authenticateSession(used)).toBeDefined()
  expect(await findSession(watched)).toBeDefined()
  await forward('2 minutes')
  expect(await findSession(watched)).toBeUndefined()
  expect(await authenticateSession(idle)).toBeUndefined()
  expect(await authenticateSession(used)).toBeDefined()
})

test('seven days end every session', async () => {
  const token = await tokenOf(enter(await anAccount()))
  for (let hours = 0; hours < 7 * 24 - 6; hours += 6) {
    expect(await authenticateSession(token), `after ${hours} hours`).toBeDefined()
    await forward('6 hours')
  }
  expect(await authenticateSession(token)).toBeDefined()
  await forward('6 hours')
  expect(await authenticateSession(token)).toBeUndefined()
})

test('being seen is written at most once a minute', async () => {
  const account = await anAccount()
  const token = await tokenOf(enter(account))
  const version = async () =>
    (
      await database().selectFrom('admin_sessions').selectAll().where('account_id', '=', account.id).execute()
    )[0]?.last_seen_at
  const atFirst = await version()
  await Promise.all(Array.from({ length: 10 }, () => authenticateSession(token)))
  expect(await version()).toEqual(atFirst)
  await forward('61 seconds')
  await authenticateSession(token)
  expect((await version())?.getTime()).toBeGreaterThan((atFirst?.getTime() ?? 0) + 60_000)
})

test('sessions are listed with where and what, and ended one by one or all', async () => {
  const account = await anAccount()
  const clients = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'].map(aClient)
  const tokens: string[] = []
  for (const client of clients) tokens.push(await tokenOf(enter(account, client)))
  const listed = await listSessions(account.id)
  expect(listed.map(({ address, userAgent }) => `${address} ${userAgent}`).sort()).toEqual(
    clients.map(({ address, userAgent }) => `${address} ${userAgent}`),
  )
  const current = await Promise.all(tokens.map(authenticateSession))
  const [first, second, third, fourth] = current.map((session) => session?.sessionId ?? '')

  expect(await revokeSession({ sessionId: first ?? '', accountId: account.id }, somebody)).toBe(true)
  expect(await revokeSession({ sessionId: first ?? '', accountId: account.id }, somebody)).toBe(false)
  const stranger = await anAccount()
  expect(await revokeSession({ sessionId: second ?? '', accountId: stranger.id }, somebody)).toBe(false)
  expect(await revokeSession({ sessionId: 'no id', accountId: account.id }, somebody)).toBe(false)
  await signOut({ sessionId: second ?? '', ...account, accountId: account.id }, somebody)
  expect(await revokeSessions({ accountId: account.id, except: third }, somebody)).toBe(1)

  const alive = await Promise.all(tokens.map(authenticateSession))
  expect(alive.map((session) => session?.sessionId)).toEqual([undefined, undefined, third, undefined])
  expect(fourth).not.toBe(third)
  expect(await revokeSessions({ accountId: account.id }, somebody)).toBe(1)
  expect(await listSessions(account.id)).toEqual([])
  const { entries } = await auditPage({ target: account.email })
  expect(entries.map(({ action }) => action).slice(0, 4)).toEqual([
    'session.revoke_all',
    'session.revoke_all',
    'session.sign_out',
    'session.revoke',
  ])
})

test('a sign-in and the disabling of its account at once leave no live session', async () => {
  for (let round = 0; round < 5; round++) {
    const account = await anAccount()
    const results = await Promise.all([
      ...Array.from({ length: 4 }, () => enter(account)),
      disableAccount(account.id, somebody),
    ])
    const sessions = results.flatMap((result) => ('session' in result ? [result.session.token] : []))
    for (const token of sessions) expect(await authenticateSession(token)).toBeUndefined()
    expect(await listSessions(account.id)).toEqual([])
  }
})

test('of an account that is disabled past the console, by SQL, no session is good', async () => {
  const account = await anAccount()
  const token = await tokenOf(enter(account))
  const set = (disabled: string) =>
    story.owner.query(`update admin_accounts set disabled_at = ${disabled} where id = $1`, [account.id])
  await set('app_now()')
  expect(await authenticateSession(token)).toBeUndefined()
  await set('null')
  expect(await authenticateSession(token)).toBeDefined()
})

test('a session that somebody ended is found for a minute, at the stage that its sign-in had come to', async () => {
  const { id: accountId } = await anAccount()
  const client = aClient()
  const begin = (stage: 'full' | 'second_factor') =>
    database()
      .transaction()
      .execute((trx) => createSession(trx, { accountId, stage, client }))
  const [live, full, pending] = [await begin('full'), await begin('full'), await begin('second_factor')]
  for (const { id: sessionId } of [full, pending])
    await endSession(database(), { sessionId, accountId, because: 'renewed' })
  expect(await findJustEnded(full.token)).toEqual({ sessionId: full.id, accountId })
  expect(await findJustEnded(pending.token, 'second_factor')).toEqual({ sessionId: pending.id, accountId })
  for (const found of [
    findJustEnded(live.token),
    findJustEnded(pending.token),
    findJustEnded(full.token, 'second_factor'),
    findJustEnded('no token'),
  ])
    expect(await found).toBeUndefined()
  await forward('61 seconds')
  expect(await findJustEnded(full.token)).toBeUndefined()
})

test('garbage is no session', async () => {
  for (const token of ['', 'x', '\u0000', 'A'.repeat(10_000), '💈']) {
    expect(await authenticateSession(token)).toBeUndefined()
  }
})

test('housekeeping forgets sessions a month after they can have ended, and no live one', async () => {
  const account = await anAccount()
  const kept = async () => {
    await forgetSignIns(database())
    const rows = await database()
      .selectFrom('admin_sessions')
      .select('id')
      .where('account_id', '=', account.id)
      .execute()
    return rows.length
  }
  await tokenOf(enter(account))
  await forward('36 days')
  const live = await tokenOf(enter(account))
  expect(await kept()).toBe(2)
  await forward('1 day 1 hour')
  expect(await kept()).toBe(1)
  // The idle one that is left still tells that its address is known.
  expect(await authenticateSession(live)).toBeUndefined()
})
