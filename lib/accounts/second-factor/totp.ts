import { sql } from 'kysely'
import { Secret, TOTP } from 'otpauth'
import { config } from '@/lib/config'
import { log } from '@/lib/log'
import type { Connection, Trx } from '@/lib/database'
import { openSecret, sealSecret } from './sealed-secret'

/** What an authenticator app needs: the address for its QR code, and the secret to type in. */
export interface TotpEnrolment {
  uri: string
  /** Base32. */
  secret: string
}

/** Puts a new secret in place, unconfirmed; one that was begun and not confirmed is dropped. */
export async function beginTotp(trx: Trx, accountId: string, email: string): Promise<TotpEnrolment> {
  const secret = new Secret({ size: 20 })
  const sealed = sealSecret(Buffer.from(secret.bytes), accountId, config().sessionSecret)
  await trx
    .insertInto('admin_totp')
    .values({ account_id: accountId, sealed_secret: sealed })
    .onConflict((conflict) =>
      conflict.column('account_id').doUpdateSet({
        sealed_secret: sealed,
        created_at: sql<Date>`app_now()`,
        confirmed_at: null,
        last_step: 0,
      }),
    )
    .execute()
  return { uri: totp(secret, email).toString(), secret: secret.base32 }
}

/** `begun`: a secret was made, and no code of it was given yet. */
export type TotpState = 'none' | 'begun' | 'confirmed'

/** How far an account's authenticator app is set up. */
export async function totpState(connection: Connection, accountId: string): Promise<TotpState> {
  const row = await connection
    .selectFrom('admin_totp')
    .select('confirmed_at')
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  if (!row) return 'none'
  return row.confirmed_at === null ? 'begun' : 'confirmed'
}

/**
 * Checks a code and spends it: neither it nor an older one is accepted again (RFC 6238, section 5.2). The clock is
 * the database's; a phone may be 30 seconds off.
 */
export async function spendTotpCode(
  trx: Trx,
  accountId: string,
  { code, state }: { code: string; state: 'begun' | 'confirmed' },
): Promise<boolean> {
  const row = await trx
    .selectFrom('admin_totp')
    .select(['sealed_secret', sql<Date>`app_now()`.as('now')])
    .where('account_id', '=', accountId)
    .where('confirmed_at', state === 'begun' ? 'is' : 'is not', null)
    .executeTakeFirst()
  const step = row && stepOf(code, accountId, row.sealed_secret, row.now)
  if (step === undefined) return false
  const { numUpdatedRows } = await trx
    .updateTable('admin_totp')
    .set({ last_step: step, confirmed_at: sql<Date>`coalesce(confirmed_at, app_now())` })
    .where('account_id', '=', accountId)
    .where('last_step', '<', step)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

const period = 30

/** @returns the time step that the code belongs to; undefined when it fits none of the three around now */
function stepOf(code: string, accountId: string, sealed: Buffer, now: Date): number | undefined {
  const digits = code.replace(/\s/g, '')
  if (!/^\d{6}$/.test(digits)) return undefined
  const secret = openSecret(sealed, accountId, config().sessionSecret)
  if (!secret) {
    log().error({ accountId, code: 'totp_secret_unreadable' }, 'SESSION_SECRET has changed since enrolment')
    return undefined
  }
  const timestamp = now.getTime()
  const generator = totp(new Secret({ buffer: new Uint8Array(secret).buffer }), '')
  const delta = generator.validate({ token: digits, timestamp, window: 1 })
  return delta === null ? undefined : generator.counter({ timestamp }) + delta
}

function totp(secret: Secret, email: string): TOTP {
  // What every authenticator app supports; some ignore anything else.
  const settings = { algorithm: 'SHA1', digits: 6, period } as const
  return new TOTP({ issuer: '6FB Workshops', label: email || 'account', secret, ...settings })
}
