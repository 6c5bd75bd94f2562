import { log } from '@/lib/log'
import { acceptListedEvents } from './accept-event'
import type { EventType } from './classify-event'
import { stripe } from './client'
import { isLockedOut } from './failure'
import { madeSince, pagesOf } from './pages'

/** Events about what no other list of Stripe's shows: disputes, and refunds that failed long after they had succeeded. */
const types: EventType[] = ['charge.dispute.created', 'charge.dispute.closed', 'refund.failed']

/**
 * Accepts the events of disputes and failed refunds since then, page by page, as their webhooks would have been;
 * the worker applies them. If our key may not read events, it accepts none and logs that. Stripe lists the last 30 days.
 *
 * @returns how many no webhook had brought
 * @throws when Stripe or the database is out of reach
 */
export async function acceptMissedEvents(since: Date): Promise<number> {
  let accepted = 0
  try {
    for await (const page of pagesOf(stripe().events.list({ types, ...madeSince(since) })))
      accepted += await acceptListedEvents(page)
    return accepted
  } catch (error) {
    if (!isLockedOut(error)) throw error
    log().warn({ code: 'events_not_readable' }, 'the Stripe key may not read events')
    return accepted
  }
}
