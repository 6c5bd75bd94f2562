import { sql } from 'kysely'
import { ahead } from '@/db/ahead'
import { rowsOf } from '@/db/rows-of'
import { completeJobs } from '@/lib/queues/complete'
import { transact } from '@/lib/queues/transaction'
import type { handleEvents } from '@/worker/payments'
import type { Bought } from './payments'

/**
 * A handler that writes the rows of a batch of sales of one city and decides nothing: no event is read, no rule asked,
 * no ledger row hashed with the one before, no alert raised. What the tables and their indexes cost is all that it
 * costs, so a worker that keeps those can hardly drain faster.
 *
 * @param bought what each event's payment bought
 * @param firstSequence from here on nobody has written to the city’s ledger
 */
export function bareBatches(bought: readonly Bought[], firstSequence: number): typeof handleEvents {
  const boughtBy = new Map(bought.map((one) => [one.eventId, one]))
  let next = firstSequence
  return async (jobs) => {
    const sales = jobs.flatMap(({ payload }) => boughtBy.get(payload.eventId) ?? [])
    const first = next
    next += sales.length
    await transact(async (trx) => {
      await completeJobs(trx, 'stripe-events', jobs)
      for (const statement of writes(sales, first)) await statement.execute(trx)
    })
    return jobs.map(({ id }) => ({ id, status: 'completed' }))
  }
}

function writes(sales: readonly Bought[], firstSequence: number) {
  const column = (name: keyof Bought) => sql`${sales.map((sale) => sale[name])}::text[]`
  const cityId = sales[0]?.cityId ?? ''
  return [
    sql`${ahead}
      update stripe_events set state = 'processed', outcome = 'applied 1', processed_at = (select app_now())
      where id = any(${column('eventId')}) and state = 'received'`,
    sql`${ahead}
      insert into payments (id, payment_intent_id, session_id, reservation_id, state, city_id, tier, seats_sold, epoch,
        amount_cents, currency, email, sold_at, created_at, updated_at)
      select intent_id, intent_id, session_id, reservation_id, 'sold', ${cityId}, 'ga', 1, 0, 100000, 'usd', email,
        (select app_now()), (select app_now()), (select app_now())
      from ${rowsOf(sales, {
        intent_id: ['text', (sale) => sale.intentId],
        session_id: ['text', (sale) => sale.sessionId],
        reservation_id: ['text', (sale) => sale.reservationId],
        email: ['text', (sale) => sale.email],
      })} new`,
    sql`${ahead}
      update inventory set sold = sold + ${sales.length}, held = held - ${sales.length}
      where city_id = ${cityId} and tier = 'ga'`,
    sql`${ahead}
      update reservations set status = 'sold', session_outcome = 'paid', closed_at = (select app_now()), lapses_at = 'infinity'
      where id = any(${column('reservationId')}) and status = 'held'`,
    sql`${ahead}
      insert into inventory_transactions (city_id, tier, sequence, epoch, operation, quantity, sold_before, sold_after,
        public_limit_before, public_limit_after, actual_limit_before, actual_limit_after, payment_id,
        payment_intent_id, session_id, reservation_id, occurred_at, hash)
      select ${cityId}, 'ga', sequence, 0, 'decrement', 1, 0, 1, 35, 35, 35, 35, intent_id, intent_id,
        session_id, reservation_id, (select app_now()), sha256(convert_to(session_id, 'UTF8'))
      from ${rowsOf([...sales.entries()], {
        sequence: ['bigint', ([place]) => firstSequence + place],
        intent_id: ['text', ([, sale]) => sale.intentId],
        session_id: ['text', ([, sale]) => sale.sessionId],
        reservation_id: ['text', ([, sale]) => sale.reservationId],
      })} new`,
  ]
}
