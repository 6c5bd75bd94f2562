import { sql } from 'kysely'
import { Secret, TOTP } from 'otpauth'
import { database } from '@/lib/database'

/** The code that a phone shows, so many steps of 30 seconds from now. */
export async function codeOf(secret: string, stepsAway = 0): Promise<string> {
  const { rows } = await sql<{ now: Date }>`select app_now() as now`.execute(database())
  const timestamp = (rows[0]?.now.getTime() ?? 0) + stepsAway * 30_000
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp })
}
