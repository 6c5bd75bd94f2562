import {
  generateRegistrationOptions,
  verifyRegistrationResponse,
  type PublicKeyCredentialCreationOptionsJSON,
  type VerifiedRegistrationResponse,
} from '@simplewebauthn/server'
import { clipped } from '@/lib/clipped'
import { database, type Trx } from '@/lib/database'
import { registrationAnswer } from './passkey-answers'
import { keepChallenge, takeChallenge } from './passkey-challenges'
import { relyingParty } from './relying-party'

/**
 * EdDSA, ES256 and RS256 (numbers of the IANA COSE registry): what devices have. The library's default asks Node.js
 * for post-quantum ones too, which it still warns about.
 */
const supportedAlgorithmIDs = [-8, -7, -257]

export interface Passkey {
  id: string
  name: string
  createdAt: Date
  lastUsedAt: Date | null
}

/** The oldest first. */
export async function listPasskeys(accountId: string): Promise<Passkey[]> {
  return database()
    .selectFrom('admin_passkeys')
    .select(['id', 'name', 'created_at as createdAt', 'last_used_at as lastUsedAt'])
    .where('account_id', '=', accountId)
    .orderBy('created_at')
    .execute()
}

/** What `startRegistration` in the browser takes. `challengeId` comes back with the answer. */
export async function passkeyRegistrationOptions(account: {
  accountId: string
  email: string
}): Promise<{ challengeId: string; options: PublicKeyCredentialCreationOptionsJSON }> {
  const party = relyingParty()
  const options = await generateRegistrationOptions({
    rpName: party.name,
    rpID: party.id,
    userName: account.email,
    userID: new TextEncoder().encode(account.accountId),
    attestationType: 'none',
    excludeCredentials: (await listPasskeys(account.accountId)).map(({ id }) => ({ id })),
    supportedAlgorithmIDs,
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  })
  const { challenge } = options
  const { accountId } = account
  return { challengeId: await keepChallenge({ challenge, purpose: 'register', accountId }), options }
}

export type NewPasskey = NonNullable<VerifiedRegistrationResponse['registrationInfo']>['credential']

/** Checks the browser's answer. @returns undefined when it is not the answer to that challenge */
export async function verifyNewPasskey(
  accountId: string,
  { challengeId, response }: { challengeId: string; response: unknown },
): Promise<NewPasskey | undefined> {
  const expectedChallenge = await takeChallenge(challengeId, { purpose: 'register', accountId })
  const answer = registrationAnswer.safeParse(response)
  if (expectedChallenge === undefined || !answer.success) return undefined
  const party = relyingParty()
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      response: answer.data,
      expectedChallenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      supportedAlgorithmIDs,
      requireUserVerification: false,
    })
    return registrationInfo?.credential
  } catch {
    // The library throws for every answer that does not fit.
    return undefined
  }
}

/** @returns false when the key is enrolled already, here or for somebody else */
export async function storePasskey(
  trx: Trx,
  { accountId, name, passkey }: { accountId: string; name: string; passkey: NewPasskey },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('admin_passkeys')
    .values({
      id: passkey.id,
      account_id: accountId,
      name: clipped(name.trim() || 'Passkey', 80),
      public_key: Buffer.from(passkey.publicKey),
      counter: passkey.counter,
      transports: passkey.transports ?? [],
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}
