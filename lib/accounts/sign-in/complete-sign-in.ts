import { database, type Trx } from '@/lib/database'
import { recordAudit, type AuditContext } from '../audit-log'
import { lockAccount } from '../lock-account'
import { spendRecoveryCode } from '../second-factor/recovery-codes'
import { notePasskeyUse, verifyPasskey, type PasskeyAnswer } from '../second-factor/passkey-check'
import { spendTotpCode } from '../second-factor/totp'
import {
  authenticateSession,
  createSession,
  endSession,
  isStillLive,
  type Client,
  type NewSession,
} from '../sessions'
import { admitSignIn, type TooManyAttempts } from './admit'
import { attemptKeys, forgetAttempts } from './attempts'
import { knownAddress, knownAddressesOf } from './known-address'

export type SecondFactor =
  | { kind: 'totp'; code: string }
  | { kind: 'recovery_code'; code: string }
  | ({ kind: 'passkey' } & PasskeyAnswer)

export interface SignInCompletion {
  /** Of the session that `signIn` gave, in stage `second_factor`. */
  token: string
  factor: SecondFactor
  client: Client
  requestId?: string
}

export type SignInCompletionResult =
  | { ok: true; accountId: string; session: NewSession }
  /** `session_ended`: back to the password. */
  | { ok: false; code: 'wrong_code' | 'session_ended' }
  | TooManyAttempts

/**
 * The second step of a sign-in. The session of the first step ends, and a new one with another token begins. A code, a
 * recovery code or a passkey's answer works once, even if two requests try it at the same moment.
 */
export async function completeSignIn(completion: SignInCompletion): Promise<SignInCompletionResult> {
  const { token, factor, client, requestId } = completion
  const pending = await authenticateSession(token)
  if (pending?.stage !== 'second_factor') return { ok: false, code: 'session_ended' }
  const { accountId, email } = pending
  const context: AuditContext = { actor: { kind: 'nobody' }, address: client.address, requestId }
  const event = { action: 'session.second_factor', target: email }

  const known = knownAddress(client.address, await knownAddressesOf(database(), accountId))
  const key = attemptKeys.secondFactor(accountId, known)
  const refusal = await admitSignIn([key], context, event)
  if (refusal) return refusal

  const spend = await prepare(factor, accountId)
  const result = await database()
    .transaction()
    .execute(async (trx): Promise<SignInCompletionResult> => {
      const account = await lockAccount(trx, accountId)
      if (!account || !(await isStillLive(trx, pending))) return { ok: false, code: 'session_ended' }
      if (!(await spend(trx))) return { ok: false, code: 'wrong_code' }
      await forgetAttempts(trx, key)
      await endSession(trx, { sessionId: pending.sessionId, accountId, because: 'renewed' })
      const session = await createSession(trx, { accountId, stage: 'full', client })
      const actor = { kind: 'admin', accountId, email: account.email, role: account.role } as const
      const after = { factor: factor.kind }
      await recordAudit(trx, { ...context, actor }, { ...event, outcome: 'applied', after })
      return { ok: true, accountId, session }
    })
  if (!result.ok) {
    await recordAudit(database(), context, { ...event, outcome: 'refused', code: result.code })
  }
  return result
}

/** Does what needs no lock, and leaves what decides: whether the factor can be spent. */
async function prepare(factor: SecondFactor, accountId: string): Promise<(trx: Trx) => Promise<boolean>> {
  switch (factor.kind) {
    case 'totp':
      return (trx) => spendTotpCode(trx, accountId, { code: factor.code, state: 'confirmed' })
    case 'recovery_code':
      return (trx) => spendRecoveryCode(trx, accountId, factor.code)
    case 'passkey': {
      const used = await verifyPasskey({ purpose: 'second_factor', accountId }, factor)
      return async (trx) => used !== undefined && notePasskeyUse(trx, used)
    }
  }
}
