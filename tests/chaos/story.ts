import type { Shop } from '../support/shop'

/** All that we have stored about some payments and reservations: for whoever looks for a cause. */
export async function readStories({ rows }: Pick<Shop, 'rows'>, ids: readonly string[]): Promise<string[]> {
  const found = await rows<{ line: string }>(
    `with p as (select * from payments where id = any($1::text[]) or reservation_id = any($1::text[])),
     r as (select * from reservations where id = any($1::text[]) or id in (select reservation_id from p)),
     keys as (
       select coalesce(p.reservation_id, p.id, r.id) as story, p.id as payment_id, r.id as reservation_id,
         coalesce(p.session_id, r.session_id) as session_id, p.payment_intent_id
       from p full join r on r.id = p.reservation_id),
     lines (story, at, line) as (
       select story, created_at, 'payment ' || to_jsonb(p)::text from keys join p on p.id = payment_id
       union all
       select story, created_at, 'reservation ' || (to_jsonb(r) - 'session_request' - 'session_url')::text
       from keys join r on r.id = reservation_id
       union all
       select story, occurred_at, 'ledger ' || (to_jsonb(t) - 'hash')::text
       from keys join inventory_transactions t using (payment_id)
       union all
       select story, processed_at, 'event ' || (to_jsonb(e) - 'facts')::text
       from keys join stripe_events e
         on e.session_id = keys.session_id or e.payment_intent_id = keys.payment_intent_id
           or e.reservation_id = keys.reservation_id
       union all
       select story, updated_at, 'refund ' || to_jsonb(f)::text from keys join refunds f using (payment_intent_id)
       union all
       select story, created_at, 'exception ' || to_jsonb(e)::text
       from keys join payment_exceptions e using (payment_id)
     )
     select '  ' || line as line from (select distinct * from lines) l order by story, at`,
    [[...ids]],
  )
  return found.map(({ line }) => line)
}
