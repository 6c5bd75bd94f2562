import { beforeEach, expect, test } from 'vitest'
import {
  changeRole,
  createAccount,
  disableAccount,
  enableAccount,
  getAccount,
  listAccounts,
  resetPassword,
  resetSecondFactor,
} from '@/lib/accounts'
import { auditPage, type AuditContext } from '@/lib/accounts/audit-log'
import { createToken } from '@/lib/accounts/tokens'
import { database } from '@/lib/database'
import { anAccount, enter, somebody, type TestAccount } from '@/tests/support/accounts'
import { storyDatabase } from '@/tests/support/stories/database'

/** Owners whose request was let in before they were disabled, or lost the role: nothing of it happens any more. */

storyDatabase()
beforeEach(async () => {
  await database().deleteFrom('admin_accounts').execute()
})

const actedBy = ({ id: accountId, email }: TestAccount): AuditContext => ({
  actor: { kind: 'admin', accountId, email, role: 'owner' },
})

const changes: Record<string, (other: TestAccount, context: AuditContext) => Promise<{ ok: boolean }>> = {
  'a new account': (_other, context) => createAccount({ email: 'new@example.com', role: 'owner' }, context),
  'a new token': (_other, context) => createToken({ name: 'new', scope: 'own' }, context),
  'another role': ({ id }, context) => changeRole(id, { from: 'viewer', to: 'owner' }, context),
  'another password': ({ id }, context) => resetPassword(id, context),
  'no second factor': ({ id }, context) => resetSecondFactor(id, context),
  'an account that is disabled': ({ id }, context) => disableAccount(id, context),
  'an account that is enabled': ({ id }, context) => enableAccount(id, context),
}

const ends: Record<string, (owner: TestAccount) => Promise<unknown>> = {
  'who was disabled': ({ id }) => disableAccount(id, somebody),
  'who lost the role': ({ id }) => changeRole(id, { from: 'owner', to: 'operator' }, somebody),
}

test.each(Object.keys(ends).flatMap((end) => Object.keys(changes).map((change) => [end, change])))(
  'by an owner %s: %s',
  async (end = '', change = '') => {
    const [owner, other] = [await anAccount('owner'), await anAccount('viewer')]
    await anAccount('owner')
    await ends[end]?.(owner)
    const before = await listAccounts()
    expect(await changes[change]?.(other, actedBy(owner))).toEqual({ ok: false, code: 'not_owner' })
    expect(await listAccounts()).toEqual(before)
    expect(await enter(other)).toMatchObject({ ok: true })
    const { entries } = await auditPage({}, { limit: 2 })
    expect(entries).toContainEqual(expect.objectContaining({ actorLabel: owner.email, code: 'not_owner' }))
  },
)

test('of three owners who all demote the next at once, at least one stays who was demoted by nobody', async () => {
  const owners = await Promise.all([anAccount('owner'), anAccount('owner'), anAccount('owner')])
  const results = await Promise.all(
    owners.map((owner, index) =>
      changeRole(owners[(index + 1) % 3]?.id ?? '', { from: 'owner', to: 'viewer' }, actedBy(owner)),
    ),
  )
  const refused = results.flatMap((result) => (result.ok ? [] : [result.code]))
  expect(refused.length).toBeGreaterThan(0)
  expect(refused.every((code) => code === 'not_owner')).toBe(true)
})

test('a role that another owner has changed meanwhile stays as it is', async () => {
  const account = await anAccount('owner')
  await anAccount('owner')
  await changeRole(account.id, { from: 'owner', to: 'viewer' }, somebody)
  // Decided while it was an owner's: to lower a role, nobody is asked for the password.
  const raised = await changeRole(account.id, { from: 'owner', to: 'operator' }, somebody)
  expect(raised).toEqual({ ok: false, code: 'role_moved' })
  expect(await getAccount(account.id)).toMatchObject({ role: 'viewer' })
})
