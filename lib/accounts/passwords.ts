import { sql } from 'kysely'
import { database, type Trx } from '@/lib/database'
import type { Result } from '@/lib/result'
import { audited, recordAudit, type AuditContext, type AuditEvent } from './audit-log'
import { isOwn } from './is-own'
import { lockAmongOwners } from './lock-owners'
import { hashPassword, verifyPassword } from './password-hash'
import { maxPasswordLength, passwordProblem, randomPassword, type PasswordProblem } from './password-rules'
import { lockOwnAccount, type OwnAccount, type OwnChange } from './own-change'
import { createSession, endSessions, isStillLive, type NewSession } from './sessions'
import { admitSignIn, type TooManyAttempts } from './sign-in/admit'
import { attemptKeys, forgetAttempts, takeBackAttempt } from './sign-in/attempts'
import { knownAddress, knownAddresses, knownAddressesOf } from './sign-in/known-address'

/**
 * Whether an admin who is signed in knows the account's password: asked again before a change that a stolen session
 * must not make. Attempts are limited like those of a sign-in. Attempts from an address where the account signs in are
 * counted with its sign-ins from there. Checking a password takes a while: a session that was ended meanwhile confirms
 * nothing.
 */
export async function confirmPassword(
  given: OwnAccount & { password: string },
  context: AuditContext,
): Promise<{ ok: true } | ConfirmationRefusal> {
  const check = await checkPassword(given, context)
  if (!check.ok) return check
  const { accountId, sessionId } = given
  if (await isStillLive(database(), { accountId, sessionId, stage: 'full' })) return { ok: true }
  await recordAudit(database(), context, { ...check.event, outcome: 'refused', code: 'session_ended' })
  return { ok: false, code: 'session_ended' }
}

export interface PasswordChange extends OwnChange {
  currentPassword: string
  newPassword: string
}

/**
 * An account's own change of its password. All its sessions end. So one that was made meanwhile stays: it has ended the
 * session by which this one comes.
 *
 * @returns a new session for the browser that did it
 */
export async function changePassword(
  change: PasswordChange,
  context: AuditContext,
): Promise<
  | Result<
      NewSession,
      'no_password' | 'wrong_password' | 'unknown_account' | 'session_ended' | PasswordProblem
    >
  | TooManyAttempts
> {
  const { accountId, currentPassword, newPassword, client } = change
  const check = await checkPassword({ accountId, password: currentPassword }, context)
  if (!check.ok) return check
  const hash = await hashPassword(newPassword.slice(0, maxPasswordLength))
  return audited(context, { action: 'account.password', target: accountId }, async (trx) => {
    const own = await lockOwnAccount(trx, change)
    if (!own.ok) return own
    const { account } = own
    const target = account.email
    const problem = passwordProblem(newPassword, account.email)
    if (problem !== undefined) return { ok: false, code: problem, target }
    await setPassword(trx, account, hash)
    const value = await createSession(trx, { accountId, stage: 'full', client })
    return { ok: true, value, target }
  })
}

/**
 * Resets another admin's password. All sessions of the account end. So an owner must not reset their own: the page that
 * shows the new password would be lost to them. `changePassword` is for that, and asks for the old one.
 *
 * @returns a random password, shown this once
 */
export async function resetPassword(
  accountId: string,
  context: AuditContext,
): Promise<Result<{ password: string }, 'unknown_account' | 'own_account' | 'not_owner'>> {
  const password = randomPassword()
  const hash = await hashPassword(password)
  return audited(context, { action: 'account.password_reset', target: accountId }, async (trx) => {
    const locked = await lockAmongOwners(trx, accountId, context)
    if (!locked.ok) return locked
    const account = locked.value
    if (isOwn(context, account.id)) return { ok: false, code: 'own_account', target: account.email }
    await setPassword(trx, account, hash)
    return { ok: true, value: { password }, target: account.email }
  })
}

/** Why the password did not count. */
export type PasswordRefusal = { ok: false; code: 'no_password' | 'wrong_password' } | TooManyAttempts

/** Why nothing was confirmed. */
export type ConfirmationRefusal = PasswordRefusal | { ok: false; code: 'session_ended' }

/**
 * Without any password nothing was tried: neither counted nor recorded.
 *
 * @returns what the log calls the check
 */
async function checkPassword(
  { accountId, password }: { accountId: string; password: string },
  context: AuditContext,
): Promise<{ ok: true; event: Pick<AuditEvent, 'action' | 'target'> } | PasswordRefusal> {
  if (password === '') return { ok: false, code: 'no_password' }
  // The primary key.
  const found = await database()
    .selectFrom('admin_accounts as account')
    .select(['account.email', 'account.password_hash as hash'])
    .select(knownAddresses.as('knownAddresses'))
    .where('account.id', '=', accountId)
    .executeTakeFirstOrThrow()
  const { email, hash } = found
  const { address } = context
  const addressKeys = address === undefined ? [] : [attemptKeys.address(address)]
  const known = knownAddress(address, found.knownAddresses)
  const accountKey =
    known === undefined ? attemptKeys.confirmation(accountId) : attemptKeys.account(email, known)
  const event = { action: 'account.confirm_password', target: email }
  const refusal = await admitSignIn([...addressKeys, accountKey], context, event)
  if (refusal) return refusal
  if (password.length <= maxPasswordLength && (await verifyPassword(password, hash))) {
    for (const key of addressKeys) await takeBackAttempt(database(), key)
    await forgetAttempts(database(), accountKey)
    return { ok: true, event }
  }
  await recordAudit(database(), context, { ...event, outcome: 'refused', code: 'wrong_password' })
  return { ok: false, code: 'wrong_password' }
}

async function setPassword(
  trx: Trx,
  { id, email }: { id: string; email: string },
  hash: string,
): Promise<void> {
  await trx
    .updateTable('admin_accounts')
    .set({ password_hash: hash, password_changed_at: sql<Date>`app_now()` })
    .where('id', '=', id)
    .execute()
  await endSessions(trx, { accountId: id, because: 'password_changed' })
  // A new password starts with a clean slate, from wherever the old one was guessed.
  const known = await knownAddressesOf(trx, id)
  await forgetAttempts(
    trx,
    attemptKeys.confirmation(id),
    attemptKeys.account(email, undefined),
    ...known.map((address) => attemptKeys.account(email, address)),
  )
}
