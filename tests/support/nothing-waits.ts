import type { Shop } from './shop'
import { until } from './until'

/** Waits until nothing is left of the events that were accepted, and of the reconciliations that were asked for. */
export async function untilNothingWaits({ rows }: Shop, timeoutMs: number): Promise<void> {
  const waiting = `select id from stripe_events where state = 'received'
    union all select id::text from pgboss.job
      where name in ('stripe-events', 'stripe-reconcile') and state < 'completed'`
  await until(async () => (await rows(waiting)).length === 0, timeoutMs)
}
