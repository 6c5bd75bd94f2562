import { sql } from 'kysely'
import { database } from '@/lib/database'

/**
 * The reservation that a Checkout Session was made for, by its own row; null where we have noted none. Needs no lock: a
 * reservation keeps its first session.
 */
export async function reservationOfSession(sessionId: string): Promise<string | null> {
  // Index: reservations_session.
  const { rows } = await sql<{ id: string }>`
    select id from reservations where session_id = ${sessionId}`.execute(database())
  return rows[0]?.id ?? null
}
