import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { disableAccount, may, type Scope } from '@/lib/accounts'
import { auditPage } from '@/lib/accounts/audit-log'
import {
  authenticateBearer,
  countTokensMadeBy,
  createToken,
  listTokens,
  revokeToken,
  tokenPrincipal,
} from '@/lib/accounts/tokens'
import { database } from '@/lib/database'
import { anAccount, somebody } from '@/tests/support/accounts'
import { moveClock } from '@/tests/support/stories/clock'
import { storyDatabase } from '@/tests/support/stories/database'

const story = storyDatabase()

const invalid = { kind: 'invalid' }

async function aToken(details: { name?: string; scope?: Scope; days?: number } = {}) {
  const made = await createToken({ name: 'Marketing site', scope: 'read', ...details }, somebody)
  if (!made.ok) throw new Error(made.code)
  return { ...made.value, header: `Bearer ${made.value.token}` }
}

async function stateOf(id: string) {
  return (await listTokens()).find((token) => token.id === id)
}

test('a token says who calls and what they may, and is kept as a hash', async () => {
  const { id, token, header } = await aToken({ name: ' Bulk script ', scope: 'operate' })
  const bearer = await authenticateBearer(header)
  expect(bearer).toEqual({ kind: 'token', id, name: 'Bulk script', scope: 'operate' })
  if (bearer.kind !== 'token') return
  const principal = tokenPrincipal(bearer)
  expect(principal).toEqual({ kind: 'token', tokenId: id, name: 'Bulk script', role: 'operator' })
  expect([may(principal, 'operate'), may(principal, 'own')]).toEqual([true, false])
  const { rows } =
    await sql`select t::text from api_tokens t union all select l::text from admin_audit l`.execute(
      database(),
    )
  expect(JSON.stringify(rows)).not.toContain(token.slice(12))
  expect(await stateOf(id)).toMatchObject({ prefix: token.slice(0, 12), createdBy: 'tests', state: 'active' })
})

test('unknown, malformed, expired and revoked tokens are all invalid', async () => {
  const [expired, revoked] = [await aToken({ days: 1 }), await aToken()]
  expect(await authenticateBearer(expired.header)).toMatchObject({ kind: 'token' })
  expect(await revokeToken(revoked.id, somebody)).toEqual({ ok: true, value: null })
  await moveClock(story.ownerUrl, '1 day')
  for (const header of [
    expired.header,
    revoked.header,
    `Bearer sixfb_${'A'.repeat(43)}`,
    expired.token,
    'Bearer ',
    'Basic dXNlcjpwYXNz',
    '',
    `Bearer ${'\u0000'.repeat(49)}`,
  ]) {
    expect(await authenticateBearer(header)).toEqual(invalid)
  }
  expect(await stateOf(expired.id)).toMatchObject({ state: 'expired' })
  expect(await stateOf(revoked.id)).toMatchObject({ state: 'revoked' })
  expect(await revokeToken(revoked.id, somebody)).toEqual({ ok: false, code: 'already_revoked' })
  expect(await revokeToken('no id', somebody)).toEqual({ ok: false, code: 'unknown_token' })
})

test('its last use is written at most once a minute, for no other token, and an invalid use never', async () => {
  const { id, header } = await aToken()
  const other = await aToken()
  const version = async () => {
    const { rows } = await sql<{ version: string; used: Date | null }>`
      select xmin::text as version, last_used_at as used from api_tokens where id = ${id}`.execute(database())
    return rows[0]
  }
  expect((await version())?.used).toBeNull()
  await Promise.all(Array.from({ length: 20 }, () => authenticateBearer(header)))
  const first = await version()
  expect(first?.used).toBeInstanceOf(Date)
  expect(await stateOf(other.id)).toMatchObject({ lastUsedAt: null })
  await moveClock(story.ownerUrl, '59 seconds')
  await authenticateBearer(header)
  expect(await version()).toEqual(first)
  await moveClock(story.ownerUrl, '2 seconds')
  await authenticateBearer(header)
  const second = await version()
  expect(second?.version).not.toBe(first?.version)
  await revokeToken(id, somebody)
  const revoked = await version()
  await moveClock(story.ownerUrl, '2 minutes')
  await authenticateBearer(header)
  expect(await version()).toEqual(revoked)
})

test('one that two people revoke at once is revoked, and recorded, once', async () => {
  for (let round = 0; round < 10; round++) {
    const { id } = await aToken()
    const both = await Promise.all([revokeToken(id, somebody), revokeToken(id, somebody)])
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    expect(both).toContainEqual({ ok: false, code: 'already_revoked' })
  }
})

test.each([
  ['', 10, 'invalid_name'],
  ['x'.repeat(81), 10, 'invalid_name'],
  ['nul\u0000', 10, 'invalid_name'],
  ['Site', 0, 'invalid_days'],
  ['Site', 1.5, 'invalid_days'],
  ['Site', 3_651, 'invalid_days'],
  ['Site', Number.NaN, 'invalid_days'],
])('a token named %j for %s days is refused', async (name, days, code) => {
  expect(await createToken({ name, scope: 'own', days }, somebody)).toEqual({ ok: false, code })
})

test('a token stays good without the account that made it, and says what has become of that', async () => {
  const maker = await anAccount('owner')
  const actor = { kind: 'admin', accountId: maker.id, email: maker.email, role: 'owner' } as const
  const made = await createToken({ name: 'Of an owner', scope: 'own' }, { actor })
  if (!made.ok) throw new Error(made.code)
  const { id, token } = made.value
  const seen = async () => ({
    ...(await stateOf(id)),
    bearer: (await authenticateBearer(`Bearer ${token}`)).kind,
  })
  const good = { createdBy: maker.email, state: 'active', bearer: 'token' }
  expect(await seen()).toMatchObject({ ...good, maker: 'active' })
  // The last owner stays.
  await anAccount('owner')
  await disableAccount(maker.id, somebody)
  expect(await seen()).toMatchObject({ ...good, maker: 'disabled' })
  await story.owner.query('delete from admin_accounts where id = $1', [maker.id])
  expect(await seen()).toMatchObject({ ...good, maker: 'gone' })
  expect(await stateOf((await aToken()).id)).toMatchObject({ createdBy: 'tests', maker: 'command' })
})

test('of an account’s tokens those are counted that are good', async () => {
  const maker = await anAccount('owner')
  const actor = { kind: 'admin', accountId: maker.id, email: maker.email, role: 'owner' } as const
  const ids: string[] = []
  for (const days of [1, 9, 9, 9]) {
    const made = await createToken({ name: 'One of four', scope: 'read', days }, { actor })
    if (made.ok) ids.push(made.value.id)
  }
  expect(await countTokensMadeBy(maker.email)).toBe(4)
  await revokeToken(ids[1] ?? '', somebody)
  await moveClock(story.ownerUrl, '1 day')
  expect(await countTokensMadeBy(maker.email)).toBe(2)
  expect(await countTokensMadeBy((await anAccount('owner')).email)).toBe(0)
})

test('making and revoking are in the audit log', async () => {
  const { id } = await aToken({ name: 'Logged', scope: 'own' })
  await revokeToken(id, { actor: { kind: 'admin', accountId: id, email: 'o@example.com', role: 'owner' } })
  const { entries } = await auditPage({ target: 'Logged' })
  expect(entries).toMatchObject([
    { action: 'token.revoke', outcome: 'applied', actorKind: 'admin', actorLabel: 'o@example.com' },
    { action: 'token.create', outcome: 'applied', after: { scope: 'own' } },
  ])
})
