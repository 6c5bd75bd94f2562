import { sql } from 'kysely'
import { database } from '@/lib/database'
import { decrementInventory } from '@/lib/inventory'
import { execute } from '@/lib/inventory/execute'
import { aCity } from './city'
import { deliver } from './deliver'
import { aTicket, type Ticket } from './tickets'

/** An order that other code sells by its reservation, and whose payment Stripe tells of. */
export interface Reserved {
  cityId: string
  ticket: Ticket
  reservationId: string
}

/** Two seats in a checkout. */
export async function aReservation(): Promise<Reserved> {
  const cityId = await aCity({ ga: 10 })
  const ticket = aTicket({ cityId, quantity: 2 })
  await execute([[ticket.hold]])
  return { cityId, ticket, reservationId: ticket.hold.reservationId }
}

/** Two seats that another site sells, under a name of its own. */
export async function anOrderFromElsewhere(): Promise<Reserved> {
  const cityId = await aCity({ ga: 10 })
  const ticket = aTicket({ cityId, quantity: 2 })
  return { cityId, ticket, reservationId: ticket.hold.reservationId }
}

export const ways = {
  'through the library, by its reservation': ({ cityId, reservationId }: Reserved) =>
    decrementInventory(cityId, 'ga', 2, { reservationId }),
  'through the library, by its session': ({ cityId, reservationId, ticket: { sessionId } }: Reserved) =>
    decrementInventory(cityId, 'ga', 2, { sessionId, reservationId }),
  'by Stripe’s webhook': ({ ticket }: Reserved) => deliver([ticket.completed()]),
}

/** The answer while the money of its reservation is on its way. */
export const onItsWay = { success: false, error: 'A payment for this reservation is on its way' }

export async function stockOf({ cityId }: Reserved) {
  return database()
    .selectFrom('inventory')
    .select(['sold', 'held'])
    .where('city_id', '=', cityId)
    .where('tier', '=', 'ga')
    .executeTakeFirst()
}

/** The one that all of Stripe's names mean. */
export async function paymentOf({ ticket }: Reserved) {
  return database()
    .selectFrom('payments')
    .select(['state', 'seats_sold as sold', 'seats_returned as returned', 'amount_cents as paid'])
    .where('session_id', '=', ticket.sessionId)
    .where('payment_intent_id', '=', ticket.intent)
    .executeTakeFirst()
}

export async function openExceptions({ ticket }: Reserved): Promise<{ id: number; kind: string }[]> {
  const { rows } = await sql<{ id: number; kind: string }>`
    select e.id, e.kind from payment_exceptions e join payments p on p.id = e.payment_id
    where p.session_id = ${ticket.sessionId} and e.state <> 'resolved'`.execute(database())
  return rows
}
