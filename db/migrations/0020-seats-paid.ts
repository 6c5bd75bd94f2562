import { type Kysely, sql } from 'kysely'

/**
 * A paid order that found no seat may be given another number of seats than it was for. What its refunds give back depends
 * on the seats that were paid for: `seats_paid`, null where those are the ones that were sold, as of almost all payments.
 * The release before this one writes none. What an exception of its time was about tells them of the payments that it gave
 * seats to.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

// A check that is valid from the start has all rows read while everybody waits. These rows are known to fit: they have none.
const statements = [
  `alter table payments add column seats_paid integer,
     add constraint payments_seats_paid_check check (seats_paid > 0) not valid`,
  // Exceptions are few among all payments. Index: the primary key of payments.
  `update payments p set seats_paid = given.quantity
   from (
     select distinct on (payment_id) payment_id, quantity from payment_exceptions
     where resolution = 'assigned' and kind in ('no_seat', 'unknown_city') and quantity > 0
     order by payment_id, id desc) given
   where p.id = given.payment_id and p.seats_sold > 0 and p.seats_sold <> given.quantity`,
]
