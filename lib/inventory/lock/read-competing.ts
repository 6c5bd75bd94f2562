import { sql } from 'kysely'
import type { Trx } from '@/lib/database'
import { type Command, isGivenUp, soldByName } from '../commands'
import type { CompetingPayment } from '../model'
import { noPaymentWaits } from '../overdue-sql'
import { reservationPaymentId } from './payment-references'

/**
 * Finds payments that these commands must yield to (`CompetingPayment`), by the reservation that is given up or
 * sold by its name alone. Runs once everything is locked, so that its answer is not older than the locks.
 */
export async function readCompeting(
  trx: Trx,
  commands: readonly Command[],
): Promise<ReadonlyMap<string, CompetingPayment>> {
  const givenUp = commands.flatMap((command) => (isGivenUp(command) ? command.reservationId : []))
  const sold = commands.flatMap((command) => soldByName(command) ?? [])
  if (givenUp.length + sold.length === 0) return new Map()
  // The event of another session does not count: its payment buys seats of its own, and may need these.
  const own = sql`and (r.session_id is null or e.session_id = r.session_id)`
  // Indexes: the primary key, payments_by_reservation. The payment of the sale by name itself is left out: its row
  // was inserted as sold.
  const { rows } = await sql<{ id: string; competing: CompetingPayment }>`
    select r.id, 'on_its_way' as competing from reservations r
    where r.id = any(${givenUp}::text[]) and not (${noPaymentWaits('r', own)})
    union all
    select p.reservation_id, case when p.seats_sold > 0 then 'sold' when p.state = 'exception' then 'in_exception'
      else 'on_its_way' end
    from payments p left join reservations r on r.id = p.reservation_id
    where p.reservation_id = any(${sold}::text[])
      and (p.state in ('awaiting', 'exception')
        or p.seats_sold > 0 and p.id <> all(${sold.map(reservationPaymentId)}::text[]))
      and (r.session_id is null or r.session_id = p.session_id)`.execute(trx)
  const found = new Map<string, CompetingPayment>()
  // Once a payment has bought the seats, another payment for the same reservation changes nothing about that.
  for (const { id, competing } of rows) if (found.get(id) !== 'sold') found.set(id, competing)
  return found
}
