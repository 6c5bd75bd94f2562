import { database } from '@/lib/database'
import { recordAudit, type AuditContext } from '../audit-log'
import { lockAccount } from '../lock-account'
import {
  notePasskeyUse,
  verifyPasskey,
  type PasskeyAnswer,
  type UsedPasskey,
} from '../second-factor/passkey-check'
import { createSession, type Client } from '../sessions'
import { admitSignIn } from './admit'
import { attemptKeys, takeBackAttempt, type AttemptKey } from './attempts'
import { endPreviousSession } from './previous-session'
import type { SignInResult } from './sign-in'

export interface PasskeySignIn {
  answer: PasskeyAnswer
  client: Client
  requestId?: string
  /** Token of the session that the browser had until now; it ends when this sign-in succeeds. */
  previousToken?: string
}

/** Signs in with a passkey alone: its device has verified who holds it, so no second step follows. */
export async function signInWithPasskey(request: PasskeySignIn): Promise<SignInResult> {
  const { answer, client, requestId } = request
  const context: AuditContext = { actor: { kind: 'nobody' }, address: client.address, requestId }
  const event = { action: 'session.sign_in' }
  const addressKey = attemptKeys.address(client.address)
  const refusal = await admitSignIn([addressKey], context, event)
  if (refusal) return refusal

  const used = await verifyPasskey({ purpose: 'sign_in' }, answer)
  const signedIn = used && (await complete(request, used, addressKey))
  if (signedIn) return signedIn
  await recordAudit(database(), context, { ...event, outcome: 'refused', code: 'wrong_credentials' })
  return { ok: false, code: 'wrong_credentials' }
}

async function complete(
  { client, requestId, previousToken }: PasskeySignIn,
  used: UsedPasskey,
  addressKey: AttemptKey,
): Promise<SignInResult | undefined> {
  return database()
    .transaction()
    .execute(async (trx) => {
      const account = await lockAccount(trx, used.accountId)
      if (!account || account.disabled || !(await notePasskeyUse(trx, used))) return undefined
      await takeBackAttempt(trx, addressKey)
      await endPreviousSession(trx, previousToken)
      const { id: accountId, email, role } = account
      const session = await createSession(trx, { accountId, stage: 'full', client })
      await recordAudit(
        trx,
        { actor: { kind: 'admin', accountId, email, role }, address: client.address, requestId },
        { action: 'session.sign_in', target: email, outcome: 'applied', after: { factor: 'passkey' } },
      )
      return { ok: true, accountId, session }
    })
}
