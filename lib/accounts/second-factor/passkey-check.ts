import {
  generateAuthenticationOptions,
  verifyAuthenticationResponse,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server'
import { sql } from 'kysely'
import { database, type Trx } from '@/lib/database'
import { authenticationAnswer } from './passkey-answers'
import { keepChallenge, takeChallenge } from './passkey-challenges'
import { relyingParty } from './relying-party'

/**
 * `second_factor`: a key of this account, touched, after the password. `sign_in`: any key that we know, with its
 * owner verified by PIN, finger or face; that is two factors in one.
 */
export type PasskeyUse = { purpose: 'second_factor'; accountId: string } | { purpose: 'sign_in' }

export interface PasskeyAnswer {
  challengeId: string
  /** What `startAuthentication` in the browser gave. */
  response: unknown
}

/** What `startAuthentication` in the browser takes. `challengeId` comes back with the answer. */
export async function passkeyOptions(
  use: PasskeyUse,
): Promise<{ challengeId: string; options: PublicKeyCredentialRequestOptionsJSON }> {
  const options = await generateAuthenticationOptions({
    rpID: relyingParty().id,
    // None named: the browser offers what it has for this site, and nobody learns whose keys exist.
    allowCredentials: use.purpose === 'second_factor' ? await keysOf(use.accountId) : [],
    userVerification: use.purpose === 'sign_in' ? 'required' : 'preferred',
  })
  return { challengeId: await keepChallenge({ ...use, challenge: options.challenge }), options }
}

/** A passkey that answered rightly, and how often its device says that it was used. */
export interface UsedPasskey {
  id: string
  accountId: string
  counter: number
}

/** Checks the browser's answer. @returns undefined when no enrolled key answered that challenge */
export async function verifyPasskey(
  use: PasskeyUse,
  { challengeId, response }: PasskeyAnswer,
): Promise<UsedPasskey | undefined> {
  const expectedChallenge = await takeChallenge(challengeId, use)
  const answer = authenticationAnswer.safeParse(response)
  if (expectedChallenge === undefined || !answer.success) return undefined
  const key = await findKey(answer.data.id)
  if (!key || (use.purpose === 'second_factor' && key.account_id !== use.accountId)) return undefined
  const party = relyingParty()
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: answer.data,
      expectedChallenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      credential: { id: key.id, publicKey: new Uint8Array(key.public_key), counter: key.counter },
      requireUserVerification: use.purpose === 'sign_in',
    })
    return verified
      ? { id: key.id, accountId: key.account_id, counter: authenticationInfo.newCounter }
      : undefined
  } catch {
    // The library throws for every answer that does not fit.
    return undefined
  }
}

/** Notes the use. @returns false when the key is gone, or a later use was noted meanwhile: a copy of the key */
export async function notePasskeyUse(trx: Trx, { id, accountId, counter }: UsedPasskey): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('admin_passkeys')
    .set({ counter, last_used_at: sql<Date>`app_now()` })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    // Most passkeys do not count and stay at 0.
    .where((eb) => eb.or([eb('counter', '<', counter), eb(sql`${counter}::bigint`, '=', 0)]))
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

async function keysOf(accountId: string) {
  return database()
    .selectFrom('admin_passkeys')
    .select(['id', 'transports'])
    .where('account_id', '=', accountId)
    .execute()
}

async function findKey(id: string) {
  return database()
    .selectFrom('admin_passkeys')
    .select(['id', 'account_id', 'public_key', 'counter'])
    .where('id', '=', id)
    .executeTakeFirst()
}
