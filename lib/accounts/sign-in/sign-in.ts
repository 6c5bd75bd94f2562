import { sql } from 'kysely'
import { database, type Trx } from '@/lib/database'
import { parseEmail } from '@/lib/email'
import { hasSecondFactor } from '../accounts'
import { recordAudit, type AuditContext } from '../audit-log'
import { lockAccount } from '../lock-account'
import { hashPassword, isOutdated, nobodysHash, verifyPassword } from '../password-hash'
import { maxPasswordLength } from '../password-rules'
import { createSession, type Client, type NewSession } from '../sessions'
import { admitSignIn } from './admit'
import { attemptKeys, forgetAttempts, takeBackAttempt, type AttemptKey } from './attempts'
import { knownAddress, knownAddresses } from './known-address'
import { endPreviousSession } from './previous-session'

export interface SignIn {
  email: string
  password: string
  client: Client
  requestId?: string
  /** Token of the session that the browser had until now; it ends when this sign-in succeeds. */
  previousToken?: string
}

export type SignInResult =
  /** `session.stage` says whether a second factor is still to come. */
  | { ok: true; accountId: string; session: NewSession }
  | { ok: false; code: 'wrong_credentials' }
  | { ok: false; code: 'too_many_attempts'; retryAfterSeconds: number }

/**
 * Signs in with email and password. An unknown email, a wrong password and a disabled account get the same
 * answer, after the same work: one look-up, one hash, one row in the audit log.
 */
export async function signIn(request: SignIn): Promise<SignInResult> {
  const { client, password } = request
  const email = parseEmail(request.email)
  const context: AuditContext = {
    actor: { kind: 'nobody' },
    address: client.address,
    requestId: request.requestId,
  }
  const event = { action: 'session.sign_in', target: email ?? undefined }

  const account = await findAccount(email ?? '')
  const addressKey = attemptKeys.address(client.address)
  const accountKey = attemptKeys.account(
    email ?? request.email,
    account && knownAddress(client.address, account.knownAddresses),
  )
  const refusal = await admitSignIn([addressKey, accountKey], context, event)
  if (refusal) return refusal

  const canMatch = account !== undefined && !account.disabled && password.length <= maxPasswordLength
  const hash = canMatch ? account.passwordHash : nobodysHash
  const matches = await verifyPassword(password.slice(0, maxPasswordLength), hash)
  const signedIn =
    account && canMatch && matches
      ? await complete({ request, accountId: account.id, verifiedHash: hash, addressKey, accountKey })
      : undefined
  if (!signedIn) {
    await recordAudit(database(), context, { ...event, outcome: 'refused', code: 'wrong_credentials' })
    return { ok: false, code: 'wrong_credentials' }
  }
  if (isOutdated(hash)) await renewHash(account?.id ?? '', password, hash)
  return signedIn
}

interface Verified {
  request: SignIn
  accountId: string
  verifiedHash: string
  addressKey: AttemptKey
  accountKey: AttemptKey
}

/** @returns undefined when the account was disabled, or its password changed, while we looked at it */
async function complete(verified: Verified): Promise<SignInResult | undefined> {
  const { request, accountId, verifiedHash, addressKey, accountKey } = verified
  return database()
    .transaction()
    .execute(async (trx) => {
      const account = await lockAccount(trx, accountId)
      if (!account || account.disabled || account.passwordHash !== verifiedHash) return undefined
      await takeBackAttempt(trx, addressKey)
      await forgetAttempts(trx, accountKey)
      await endPreviousSession(trx, request.previousToken)
      const stage = (await needsSecondFactor(trx, accountId)) ? 'second_factor' : 'full'
      const session = await createSession(trx, { accountId, stage, client: request.client })
      const { id, email, role } = account
      await recordAudit(
        trx,
        {
          actor: { kind: 'admin', accountId: id, email, role },
          address: request.client.address,
          requestId: request.requestId,
        },
        {
          action: stage === 'full' ? 'session.sign_in' : 'session.password',
          target: email,
          outcome: 'applied',
        },
      )
      return { ok: true, accountId, session }
    })
}

async function findAccount(email: string) {
  // The unique index on email.
  return database()
    .selectFrom('admin_accounts as account')
    .select(['account.id', 'account.password_hash as passwordHash'])
    .select(sql<boolean>`account.disabled_at is not null`.as('disabled'))
    .select(knownAddresses.as('knownAddresses'))
    .where('account.email', '=', email)
    .executeTakeFirst()
}

async function needsSecondFactor(trx: Trx, accountId: string): Promise<boolean> {
  const { needed } = await trx
    .selectFrom('admin_accounts as account')
    .select(hasSecondFactor('account.id').as('needed'))
    .where('account.id', '=', accountId)
    .executeTakeFirstOrThrow()
  return needed
}

/** Only this moment knows the password, so only now can it be hashed with today's parameters. */
async function renewHash(accountId: string, password: string, outdated: string): Promise<void> {
  await database()
    .updateTable('admin_accounts')
    .set({ password_hash: await hashPassword(password) })
    .where('id', '=', accountId)
    .where('password_hash', '=', outdated)
    .execute()
}
