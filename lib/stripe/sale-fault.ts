import { type RawBuilder, sql } from 'kysely'
import { database } from '@/lib/database'
import { stripe } from './client'
import { isPaid } from './event-commands'
import { sessionFacts } from './facts'
import { isMissing } from './failure'
import { findOurSession } from './our-session'

/** A sale of ours, and what of Stripe's it names: its session, its payment, both or neither. */
export interface NamedSale {
  id: string
  sessionId: string | null
  paymentIntentId: string | null
}

/**
 * Asks Stripe what is wrong with a sale, for whoever decides about it: that its money is not known there as paid, or that
 * the same order is sold by its session as well. Null where nothing is. Called outside every transaction.
 *
 * @throws when Stripe is out of reach
 */
export async function faultOfSale(sale: NamedSale): Promise<string | null> {
  if (!(await isPaidAtStripe(sale))) return 'This sale names a payment that Stripe does not know as paid'
  const otherName = sale.sessionId === null ? await sessionThatIsSold(sale) : null
  return otherName === null ? null : `The same order is also sold as ${otherName}`
}

/** The session by which another sale is of the same order. */
async function sessionThatIsSold({ id, paymentIntentId }: NamedSale): Promise<string | null> {
  if (paymentIntentId === null) {
    const { rows } = await sql<{ sessionId: string }>`
      select ${soldSessionOf('p')} as "sessionId" from payments p where p.id = ${id}`.execute(database())
    return rows[0]?.sessionId ?? null
  }
  const session = await findOurSession(paymentIntentId)
  if (session === null) return null
  // Index: payments_session.
  const { rows } = await sql`
    select from payments where session_id = ${session.sessionId} and id <> ${id} and seats_sold > 0`.execute(
    database(),
  )
  return rows.length === 0 ? null : session.sessionId
}

/**
 * SQL for the session whose own sale is of the same order as a sale by its reservation alone; null where there is none. A
 * session finds that sale by its reservation, unless it finds one by its payment intent first. Another session that names
 * the same reservation is another order. Indexes: payments_by_reservation, the primary key of reservations.
 *
 * @param sale the name by which the query has the payment
 */
export function soldSessionOf(sale: string): RawBuilder<string | null> {
  return sql`(
    select other.session_id from payments other left join reservations r on r.id = other.reservation_id
    where other.reservation_id = ${sql.ref(`${sale}.reservation_id`)} and other.session_id is not null
      and other.seats_sold > 0 and coalesce(r.session_id, other.session_id) = other.session_id
    limit 1)`
}

async function isPaidAtStripe({ sessionId, paymentIntentId }: NamedSale): Promise<boolean> {
  try {
    if (sessionId !== null)
      return isPaid(sessionFacts.parse(await stripe().checkout.sessions.retrieve(sessionId)))
    if (paymentIntentId === null) return true
    return (await stripe().paymentIntents.retrieve(paymentIntentId)).status === 'succeeded'
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}
