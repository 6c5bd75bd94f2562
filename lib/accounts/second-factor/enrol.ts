import { database, type Trx } from '@/lib/database'
import type { Result } from '@/lib/result'
import { emailOf } from '../accounts'
import { audited, type AuditContext } from '../audit-log'
import { lockOwnAccount, type OwnAccount, type OwnChange } from '../own-change'
import { createSession, endSessions, type NewSession } from '../sessions'
import { admitSignIn, type TooManyAttempts } from '../sign-in/admit'
import { attemptKeys, forgetAttempts } from '../sign-in/attempts'
import { storePasskey, verifyNewPasskey } from './passkeys'
import { countRecoveryCodes, issueRecoveryCodes } from './recovery-codes'
import { beginTotp, spendTotpCode, totpState, type TotpEnrolment } from './totp'

/** From now on the account's sign-in needs a second factor. */
export interface Enrolled {
  /** All sessions of the account have ended; this one goes on in the browser that enrolled. */
  session: NewSession
  /** With the first factor, and shown this once. */
  recoveryCodes: string[] | undefined
}

/** Makes a secret for an authenticator app. It counts only once a code of it was seen: `confirmTotp`. */
export async function startTotp(
  own: OwnAccount,
  context: AuditContext,
): Promise<Result<TotpEnrolment, 'already_enrolled' | 'unknown_account' | 'session_ended'>> {
  const { accountId } = own
  return audited(context, { action: 'second_factor.begin', target: accountId }, async (trx) => {
    const locked = await lockOwnAccount(trx, own)
    if (!locked.ok) return locked
    const target = locked.account.email
    if ((await totpState(trx, accountId)) === 'confirmed')
      return { ok: false, code: 'already_enrolled', target }
    return { ok: true, value: await beginTotp(trx, accountId, target), target }
  })
}

/**
 * Turns the authenticator app on with a first code of it. Attempts are limited: six digits are few, and each refusal is
 * a row of a log that nobody can shorten.
 */
export async function confirmTotp(
  change: OwnChange & { code: string },
  context: AuditContext,
): Promise<
  | Result<Enrolled, 'wrong_code' | 'already_enrolled' | 'not_started' | 'unknown_account' | 'session_ended'>
  | TooManyAttempts
> {
  const { accountId, code } = change
  const event = { action: 'second_factor.add', target: await emailOf(database(), accountId) }
  const key = attemptKeys.enrolment(accountId)
  const refusal = await admitSignIn([key], context, event)
  if (refusal) return refusal
  return audited(context, event, async (trx) => {
    const own = await lockOwnAccount(trx, change)
    if (!own.ok) return own
    const target = own.account.email
    const state = await totpState(trx, accountId)
    if (state === 'confirmed') return { ok: false, code: 'already_enrolled', target }
    if (state === 'none') return { ok: false, code: 'not_started', target }
    if (!(await spendTotpCode(trx, accountId, { code, state })))
      return { ok: false, code: 'wrong_code', target }
    await forgetAttempts(trx, key)
    return { ok: true, value: await enrolled(trx, change), target, after: { kind: 'totp' } }
  })
}

/** Adds the passkey that the browser made for `passkeyRegistrationOptions`. Attempts are limited, as above. */
export async function addPasskey(
  change: OwnChange & { name: string; challengeId: string; response: unknown },
  context: AuditContext,
): Promise<Result<Enrolled, 'not_accepted' | 'unknown_account' | 'session_ended'> | TooManyAttempts> {
  const { accountId, name } = change
  const event = { action: 'second_factor.add', target: await emailOf(database(), accountId) }
  const key = attemptKeys.enrolment(accountId)
  const refusal = await admitSignIn([key], context, event)
  if (refusal) return refusal
  const verified = await verifyNewPasskey(accountId, change)
  return audited(context, event, async (trx) => {
    const own = await lockOwnAccount(trx, change)
    if (!own.ok) return own
    const target = own.account.email
    if (!verified || !(await storePasskey(trx, { accountId, name, passkey: verified })))
      return { ok: false, code: 'not_accepted', target }
    await forgetAttempts(trx, key)
    const after = { kind: 'passkey', name }
    return { ok: true, value: await enrolled(trx, change), target, after }
  })
}

/** The recovery codes until now stop working. @returns the new ones, shown this once */
export async function renewRecoveryCodes(
  own: OwnAccount,
  context: AuditContext,
): Promise<Result<string[], 'unknown_account' | 'session_ended'>> {
  const { accountId } = own
  return audited(context, { action: 'second_factor.renew_codes', target: accountId }, async (trx) => {
    const locked = await lockOwnAccount(trx, own)
    if (!locked.ok) return locked
    return { ok: true, value: await issueRecoveryCodes(trx, accountId), target: locked.account.email }
  })
}

async function enrolled(trx: Trx, { accountId, client }: OwnChange): Promise<Enrolled> {
  await endSessions(trx, { accountId, because: 'second_factor_changed' })
  const session = await createSession(trx, { accountId, stage: 'full', client })
  const hasCodes = (await countRecoveryCodes(trx, accountId)) > 0
  return { session, recoveryCodes: hasCodes ? undefined : await issueRecoveryCodes(trx, accountId) }
}
