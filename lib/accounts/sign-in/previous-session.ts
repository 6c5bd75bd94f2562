import { sql } from 'kysely'
import type { Trx } from '@/lib/database'
import { tokenHash } from '@/lib/random-token'
import { isLiveSession } from '../sessions'

/**
 * Ends the session that a browser had before it signed in anew; without one nothing happens. Without its account's lock,
 * which may be another's than the one that signs in.
 */
export async function endPreviousSession(trx: Trx, token: string | undefined): Promise<void> {
  if (token === undefined) return
  await trx
    .updateTable('admin_sessions as session')
    .set({ ended_at: sql<Date>`app_now()`, ended_because: 'renewed' })
    .where('session.token_hash', '=', tokenHash(token))
    .where(isLiveSession('session'))
    .execute()
}
