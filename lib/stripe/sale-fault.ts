import { sql } from 'kysely'
import { database } from '@/lib/database'
import { stripe } from './client'
import { isPaid } from './event-commands'
import { sessionFacts } from './facts'
import { isMissing } from './failure'
import { findOurSession } from './our-session'

/** A sale of ours, and what of Stripe's it names: its session, its payment or both. */
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
  if (sale.sessionId !== null || sale.paymentIntentId === null) return null
  const session = await findOurSession(sale.paymentIntentId)
  if (session === null) return null
  // Index: payments_session.
  const { rows } = await sql`
    select from payments where session_id = ${session.sessionId} and id <> ${sale.id} and seats_sold > 0`.execute(
    database(),
  )
  return rows.length === 0 ? null : `The same order is also sold as ${session.sessionId}`
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
