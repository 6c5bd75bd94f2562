import { database } from '@/lib/database'
import { listPasskeys, type Passkey } from './passkeys'
import { countRecoveryCodes } from './recovery-codes'
import { totpState, type TotpState } from './totp'

/** An account's second factors. Its sign-in asks for one when there is a confirmed app or a passkey. */
export interface SecondFactors {
  totp: TotpState
  passkeys: Passkey[]
  recoveryCodesLeft: number
}

/** An account's second factors; none for an unknown account. */
export async function secondFactorsOf(accountId: string): Promise<SecondFactors> {
  const [totp, passkeys, recoveryCodesLeft] = await Promise.all([
    totpState(database(), accountId),
    listPasskeys(accountId),
    countRecoveryCodes(database(), accountId),
  ])
  return { totp, passkeys, recoveryCodesLeft }
}
