import { type Kysely, sql } from 'kysely'
import { createIndex, type LiveIndex } from '../live-indexes'

/**
 * Payments with more than one dispute showed what was heard last, not the worst: one that is open is to be answered, and
 * one that was lost is money gone. Once as lib/stripe/payment-marks.ts does it from now on; what nobody knows any more
 * stays as it is, but a lost one has left its exception.
 *
 * Disputes are few among all payments, and only this looks for them: its index comes beside a running shop, and goes.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const disputed: LiveIndex = {
  name: 'payments_disputed',
  table: 'payments',
  definition: `(id) where dispute is not null`,
}

export const liveIndexes = [disputed]

const statements = [
  createIndex(disputed),
  // The index can go only so. Whoever locks rows first waits in a circle with who changes these.
  `lock table payments in access exclusive mode`,
  // Per payment, not as a join, which might read all events.
  `update payments p set dispute = worst.dispute, updated_at = app_now()
   from payments known
   cross join lateral (
     select case
       when not bool_and(told.is_decided) or (known.dispute = 'open' and count(*) = 0) then 'open'
       when bool_or(told.is_lost) or exists (
         select 1 from payment_exceptions e where e.payment_id = known.id and e.kind = 'dispute_lost') then 'lost'
       when bool_and(told.is_decided) then 'won' end as dispute
     from (
       select bool_or(e.type = 'charge.dispute.closed') as is_decided, bool_or(e.facts ->> 'status' = 'lost') as is_lost
       from stripe_events e
       where e.payment_intent_id = known.payment_intent_id and e.facts is not null
         and e.type in ('charge.dispute.created', 'charge.dispute.closed')
       group by e.facts ->> 'disputeId') told) worst
   where known.dispute is not null and p.id = known.id and worst.dispute <> known.dispute`,
  `drop index payments_disputed`,
]
