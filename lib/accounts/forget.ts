import { sql } from 'kysely'
import type { Connection } from '@/lib/database'
import { absoluteDays } from './sessions'

/** How long a session is kept after it can no longer be live: what tells that an address is known. */
const keptDays = 30

/** Drops old sessions, unanswered challenges and attempts that no longer count. @returns how many sessions */
export async function forgetSignIns(connection: Connection): Promise<number> {
  await sql`delete from passkey_challenges where expires_at < app_now()`.execute(connection)
  // Later than the longest memory of any attempt policy.
  await sql`delete from sign_in_attempts where last_at < app_now() - interval '2 days'`.execute(connection)
  const result = await sql`
    delete from admin_sessions
    where created_at < app_now() - make_interval(days => ${absoluteDays + keptDays})`.execute(connection)
  return Number(result.numAffectedRows ?? 0)
}
