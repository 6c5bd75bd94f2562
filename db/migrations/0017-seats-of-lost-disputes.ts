import { type Kysely, sql } from 'kysely'

/**
 * Money that lost disputes took counts like a refund once an admin has given its seats back: that is a payment's
 * `lost_cents`. An exception tells of the dispute that opened it, of `amount_cents`, and of those that were lost while it
 * waited: `further_disputes` has their amounts by id. The release before this one writes neither, and knows no
 * resolution `restocked`: of the second ones it has only raised alerts, which say that both are decided about there.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

// A check that is valid from the start has all rows read while everybody waits. These rows are known to fit: they have the
// default, or one of the fewer resolutions that there were.
const statements = [
  `alter table payments add column lost_cents bigint not null default 0,
     add constraint payments_lost_cents_check check (lost_cents >= 0) not valid`,
  `alter table payment_exceptions add column further_disputes jsonb not null default '{}',
     drop constraint payment_exceptions_resolution_check,
     add constraint payment_exceptions_resolution_check check
       (resolution in ('refunded', 'expanded', 'assigned', 'dismissed', 'settled', 'restocked')) not valid`,
  // As lib/stripe/payment-marks.ts does it from now on. Indexes: payment_exceptions_waiting, the primary key of payments,
  // stripe_events_by_payment_intent, payment_exceptions_by_payment; per exception, not as a join, which might read all events.
  `update payment_exceptions e set further_disputes = lost.disputes
   from payment_exceptions waiting
   cross join lateral (
     select jsonb_object_agg(told.facts ->> 'disputeId', coalesce((told.facts ->> 'amount')::bigint, 0)
       order by told.processed_at) as disputes
     from payments p join stripe_events told on told.payment_intent_id = p.payment_intent_id
     where p.id = waiting.payment_id and told.type = 'charge.dispute.closed' and told.facts ->> 'status' = 'lost'
       and told.state = 'processed' and told.processed_at >= waiting.created_at and not exists (
         select 1 from payment_exceptions own where own.payment_id = p.id and own.kind = 'dispute_lost'
           and own.detail = 'Dispute ' || (told.facts ->> 'disputeId') || ' was lost')) lost
   where waiting.kind = 'dispute_lost' and waiting.state <> 'resolved' and e.id = waiting.id
     and lost.disputes is not null`,
]
