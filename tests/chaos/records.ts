import type { ExceptionKind, PaymentState } from '@/db/tables/money'
import type { Shop } from '../support/shop'
import type { Difference } from './judge'

/** A payment as our database has it. */
export interface PaymentRecord {
  id: string
  sessionId: string | null
  state: PaymentState
  seatsSold: number
  seatsReturned: number
  /** What the ledger says is sold for it now. */
  seatsByLedger: number
  refundedCents: number
  dispute: 'open' | 'won' | 'lost' | null
  /** Exceptions that wait for a person. */
  unresolved: ExceptionKind[]
  /** Exceptions that a person closed as they were. */
  dismissed: ExceptionKind[]
  /** Exceptions that were closed by anything else. */
  closed: ExceptionKind[]
  /** What was refunded when a person said how many seats it gets. */
  decidedCents: number[]
}

type Database = Pick<Shop, 'rows'>

export async function readPayments({ rows }: Database): Promise<PaymentRecord[]> {
  return rows<PaymentRecord>(`
    select p.id, p.session_id as "sessionId", p.state, p.seats_sold as "seatsSold", p.seats_returned as "seatsReturned",
      p.dispute,
      (select coalesce(sum(sold_after - sold_before), 0)::int from inventory_transactions
        where payment_id = p.id) as "seatsByLedger",
      (select coalesce(sum(amount_cents), 0)::int from refunds
        where payment_intent_id = p.payment_intent_id and status = 'succeeded') as "refundedCents",
      array(select kind from payment_exceptions where payment_id = p.id and state <> 'resolved') as unresolved,
      array(select kind from payment_exceptions
        where payment_id = p.id and resolution = 'dismissed') as dismissed,
      array(select kind from payment_exceptions
        where payment_id = p.id and state = 'resolved' and resolution <> 'dismissed') as closed,
      array(select refunded_cents::int from payment_exceptions
        where payment_id = p.id and resolution = 'assigned' and refunded_cents is not null) as "decidedCents"
    from payments p order by p.id`)
}

/**
 * Work that is not done. A refund that Stripe refused is a person's, by its exception. A hold past its last moment
 * takes no seat any more: where Stripe keeps a failure under the hold's key for a day, the sweep goes on asking.
 */
export async function readUnfinished({ rows }: Database): Promise<Difference[]> {
  return rows<Difference>(`
    select 'event ' || id || ' (' || type || ') is not processed' as message, null as about
      from stripe_events where state = 'received'
    union all
    select 'job of ' || name || ' is ' || state || ': ' || coalesce(data ->> 'eventId', data::text), null
      from pgboss.job
      where state < 'completed' and name in ('stripe-events', 'stripe-events-dead', 'stripe-reconcile', 'refunds')
    union all
    select 'reservation ' || r.id || ' is ' || r.status || ', and nobody can pay for it', r.id
      from reservations r
      where r.status in ('held', 'awaiting') and r.lapses_at > app_now() and not exists (
        select 1 from payments p where p.reservation_id = r.id and p.state = 'exception')`)
}

/** Events that were answered 200 and are not stored. */
export async function readForgottenEvents(
  { rows }: Database,
  answered: readonly string[],
): Promise<Difference[]> {
  return rows<Difference>(
    `select 'event ' || id || ' was answered 200, but is not stored' as message, null as about
     from unnest($1::text[]) as answered (id)
     where not exists (select 1 from stripe_events e where e.id = answered.id)`,
    [[...answered]],
  )
}
