import pg from 'pg'
import { beforeAll, expect, test, vi } from 'vitest'
import { createDatabase } from '@/db/client'
import { authenticateSession, createAccount, disableAccount, resetPassword, signIn } from '@/lib/accounts'
import { auditPage } from '@/lib/accounts/audit-log'
import * as passwordHash from '@/lib/accounts/password-hash'
import { maxPasswordLength } from '@/lib/accounts/password-rules'
import { attemptKeys, beginAttempt, forgetAttempts } from '@/lib/accounts/sign-in/attempts'
import { database } from '@/lib/database'
import { aClient, anAccount, enter, somebody, tokenOf } from '@/tests/support/accounts'
import { moveClock, stopClock } from '@/tests/support/stories/clock'
import { storyDatabase } from '@/tests/support/stories/database'

// The real functions, counted.
vi.mock('@/lib/accounts/password-hash', { spy: true })

const story = storyDatabase()
// The first waits are two seconds, which a busy machine may need for the guesses alone.
beforeAll(() => stopClock(story.ownerUrl))

const wrong = { ok: false, code: 'wrong_credentials' }

test('the right password makes a session with a token that only the browser has', async () => {
  const account = await anAccount('operator')
  const client = { address: '192.0.2.7', userAgent: 'Mozilla/5.0\n\u0000' + 'x'.repeat(400) }
  const result = await enter(account, client)
  expect(result).toMatchObject({ ok: true, accountId: account.id, session: { stage: 'full' } })
  const token = result.ok ? result.session.token : ''
  expect(Buffer.from(token, 'base64url')).toHaveLength(32)
  expect(await authenticateSession(token)).toMatchObject({
    stage: 'full',
    principal: { kind: 'admin', accountId: account.id, email: account.email, role: 'operator' },
  })
  const rows = await database().selectFrom('admin_sessions').selectAll().execute()
  expect(JSON.stringify(rows)).not.toContain(token)
  const { entries } = await auditPage({ actorId: account.id })
  expect(entries).toMatchObject([
    { action: 'session.sign_in', outcome: 'applied', address: '192.0.2.7', actorLabel: account.email },
  ])
})

test('unknown, wrong and disabled get the same answer after the same work', async () => {
  const [known, disabled, long] = [await anAccount(), await anAccount(), await anAccountWithLongestPassword()]
  await disableAccount(disabled.id, somebody)
  const attempts = [
    { email: 'nobody@example.com', password: 'a wrong password' },
    { email: 'no address at all', password: 'a wrong password' },
    { email: known.email, password: 'a wrong password' },
    { email: known.email, password: known.password + 'x'.repeat(300) },
    { email: long.email, password: `${long.password}x` },
    disabled,
  ]
  const works = []
  for (const attempt of attempts) {
    const work = await observe(() => enter(attempt))
    expect(work.result).toEqual(wrong)
    works.push({ statements: work.statements, hashes: work.hashes })
  }
  expect(works[0]?.statements.length).toBeGreaterThan(0)
  expect(works[0]?.hashes).toHaveLength(1)
  for (const work of works) expect(work).toEqual(works[0])
  expect(await enter(long)).toMatchObject({ ok: true })
})

async function anAccountWithLongestPassword() {
  const [email, password] = ['long@example.com', 'a long one, '.repeat(22).slice(0, maxPasswordLength)]
  const made = await createAccount({ email, role: 'viewer', password }, somebody)
  if (!made.ok) throw new Error(made.code)
  return { email, password }
}

/** What a sign-in asks of the database, and of argon2: statements, and parameters of the hashes verified. */
async function observe<Result>(work: () => Promise<Result>) {
  const query = vi.spyOn(pg.Client.prototype, 'query')
  const verify = vi.mocked(passwordHash.verifyPassword)
  verify.mockClear()
  const result = await work()
  // Whether a statement is prepared by now says how often it was used, not what is asked.
  const statements = (query.mock.calls as unknown[][]).map(([asked]) => textOf(asked))
  query.mockRestore()
  const hashes = verify.mock.calls.map(([, hash]) => hash.split('$').slice(0, 4))
  return { result, statements, hashes }
}

function textOf(asked: unknown): unknown {
  return typeof asked === 'object' && asked !== null && 'text' in asked ? asked.text : asked
}

test('guesses at one account wait longer and longer, from however many addresses', async () => {
  const account = await anAccount()
  const guess = () => enter({ ...account, password: 'a wrong password' })
  const burst = await Promise.all(Array.from({ length: 20 }, guess))
  expect(burst.filter((result) => !result.ok && result.code === 'wrong_credentials')).toHaveLength(5)
  expect(burst.filter((result) => !result.ok && result.code === 'too_many_attempts')).toHaveLength(15)

  const waits: number[] = []
  for (let round = 0; round < 5; round++) {
    const refused = await guess()
    if (refused.ok || refused.code !== 'too_many_attempts') throw new Error('it was let through')
    waits.push(refused.retryAfterSeconds)
    expect(await enter(account)).toMatchObject({ code: 'too_many_attempts' })
    await moveClock(story.ownerUrl, `${refused.retryAfterSeconds} seconds`)
    expect(await guess()).toEqual(wrong)
  }
  expect(waits).toEqual([2, 4, 8, 16, 32])
  await moveClock(story.ownerUrl, '1 minute 4 seconds')
  expect(await enter(account)).toMatchObject({ ok: true })
  expect(await guess()).toEqual(wrong)
})

test('an unknown email is limited like a known one', async () => {
  const guess = () => enter({ email: 'stranger@example.com', password: 'a wrong password' })
  const burst = await Promise.all(Array.from({ length: 8 }, guess))
  expect(burst.filter((result) => !result.ok && result.code === 'wrong_credentials')).toHaveLength(5)
})

test('a flood from elsewhere does not lock out who signs in from where they always do', async () => {
  const account = await anAccount()
  const home = aClient()
  await tokenOf(enter(account, home))
  await Promise.all(Array.from({ length: 10 }, () => enter({ ...account, password: 'a wrong password' })))
  expect(await enter(account)).toMatchObject({ code: 'too_many_attempts' })
  expect(await enter(account, home)).toMatchObject({ ok: true })
})

test('who signs in over IPv6 is known by the subscriber, since browsers change the rest of the address', async () => {
  const account = await anAccount()
  await tokenOf(enter(account, aClient('2001:db8:7:8:a:b:c:d')))
  await Promise.all(Array.from({ length: 10 }, () => enter({ ...account, password: 'a wrong password' })))
  expect(await enter(account, aClient('2001:db8:7:9::1'))).toMatchObject({ code: 'too_many_attempts' })
  expect(await enter(account, aClient('2001:db8:7:8::1'))).toMatchObject({ ok: true })
})

test('guesses from one address are limited over all accounts, and one IPv6 subscriber is one address', async () => {
  const guesses = Array.from({ length: 30 }, (_, index) =>
    signIn({
      email: `guess${index}@example.com`,
      password: 'a wrong password',
      client: aClient(`2001:db8:5:6::${index.toString(16)}`),
    }),
  )
  const codes = (await Promise.all(guesses)).map((result) => (result.ok ? 'in' : result.code))
  expect(codes.filter((code) => code === 'wrong_credentials')).toHaveLength(20)
  expect(codes.filter((code) => code === 'too_many_attempts')).toHaveLength(10)
})

test('a success of one’s own does not wash off the failures of an address', async () => {
  const [mine, victim] = [await anAccount(), await anAccount()]
  const client = aClient()
  for (let index = 0; index < 19; index++) {
    await signIn({ email: `n${index}@example.com`, password: 'a wrong password', client })
  }
  expect(await enter(mine, client)).toMatchObject({ ok: true })
  expect(await enter({ ...victim, password: 'a wrong password' }, client)).toEqual(wrong)
  expect(await enter(mine, client)).toMatchObject({ code: 'too_many_attempts' })
})

test('the limit is one for all processes', async () => {
  const settings = { connectionString: story.appUrl, max: 3, applicationName: 'test' }
  const pools = [createDatabase(settings), createDatabase(settings)]
  const key = attemptKeys.account('shared@example.com', undefined)
  const admissions = await Promise.all(
    Array.from({ length: 40 }, (_, index) => beginAttempt(key, pools[index % 2])),
  )
  expect(admissions.filter(({ admitted }) => admitted)).toHaveLength(5)
  expect(admissions.filter((admission) => !admission.admitted && admission.isNews)).toHaveLength(1)
  await forgetAttempts(database(), key)
  expect(await beginAttempt(key, pools[1])).toEqual({ admitted: true })
  await Promise.all(pools.map((pool) => pool.destroy()))
})

test('a wait is one row of the log, however often it is run into', async () => {
  const account = await anAccount()
  const guess = () => enter({ ...account, password: 'a wrong password' })
  for (let index = 0; index < 12; index++) await guess()
  const { entries } = await auditPage({ target: account.email, outcome: 'refused' })
  expect(entries.map(({ code }) => code)).toEqual([
    'too_many_attempts',
    ...Array<string>(5).fill('wrong_credentials'),
  ])
  expect(entries[0]).toMatchObject({ actorKind: 'nobody', actorId: null, action: 'session.sign_in' })
})

test('every sign-in gets a token of its own, and ends the session the browser came with', async () => {
  const account = await anAccount()
  const before = await tokenOf(enter(account))
  const other = await tokenOf(enter(account))
  const after = await tokenOf(signIn({ ...account, client: aClient(), previousToken: before }))
  expect(new Set([before, other, after]).size).toBe(3)
  expect(await authenticateSession(before)).toBeUndefined()
  expect(await authenticateSession(other)).toBeDefined()
  // A token that somebody planted is no session, and does not become one.
  const planted = 'A'.repeat(43)
  await signIn({ ...account, client: aClient(), previousToken: planted })
  expect(await authenticateSession(planted)).toBeUndefined()
})

test('a password that changes while it is being checked signs nobody in', async () => {
  const account = await anAccount()
  const verify = vi.mocked(passwordHash.verifyPassword)
  const real = verify.getMockImplementation()
  const { verifyPassword } = await vi.importActual<typeof passwordHash>('@/lib/accounts/password-hash')
  verify.mockImplementationOnce(async (password, hash) => {
    const matches = await verifyPassword(password, hash)
    await resetPassword(account.id, somebody)
    return matches
  })
  expect(await enter(account)).toEqual(wrong)
  expect(verify.getMockImplementation()).toBe(real)
})

test('an outdated hash is made anew at the next sign-in', async () => {
  const account = await anAccount()
  const hashOf = async () => {
    const { password_hash: hash } = await database()
      .selectFrom('admin_accounts')
      .select('password_hash')
      .where('id', '=', account.id)
      .executeTakeFirstOrThrow()
    return hash
  }
  const before = await hashOf()
  vi.mocked(passwordHash.isOutdated).mockReturnValueOnce(true)
  expect(await enter(account)).toMatchObject({ ok: true })
  expect(await hashOf()).not.toBe(before)
  expect(await enter(account)).toMatchObject({ ok: true })
})

test('a password that is replaced while an outdated hash is made anew is the one that counts', async () => {
  const account = await anAccount()
  let replaced = ''
  vi.mocked(passwordHash.isOutdated).mockReturnValueOnce(true)
  const { hashPassword } = await vi.importActual<typeof passwordHash>('@/lib/accounts/password-hash')
  vi.mocked(passwordHash.hashPassword).mockImplementationOnce(async (password) => {
    const hash = await hashPassword(password)
    const reset = await resetPassword(account.id, somebody)
    replaced = reset.ok ? reset.value.password : ''
    return hash
  })
  expect(await enter(account)).toMatchObject({ ok: true })
  expect(await enter(account)).toEqual(wrong)
  expect(await enter({ ...account, password: replaced })).toMatchObject({ ok: true })
})
