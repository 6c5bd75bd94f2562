import type Stripe from 'stripe'
import { log } from '@/lib/log'
import { acceptListedEvents } from './accept-event'
import type { EventType } from './classify-event'
import { stripe } from './client'
import { readStripeFailure } from './failure'

const pageSize = 100

/** News that no other look at Stripe brings: disputes, and refunds that failed long after they had succeeded. */
const types: EventType[] = ['charge.dispute.created', 'charge.dispute.closed', 'refund.failed']

/**
 * Accepts the events of disputes and failed refunds since then as their webhooks would have been, page by page; the
 * worker applies them. A key that may not read events finds none: the log says so. Stripe lists the last 30 days.
 *
 * @returns how many no webhook had brought
 * @throws when Stripe or the database is out of reach
 */
export async function acceptMissedEvents(since: Date): Promise<number> {
  const created = { gte: Math.floor(since.getTime() / 1000) }
  let accepted = 0
  let page: Stripe.Event[] = []
  try {
    for await (const event of stripe().events.list({ types, created, limit: pageSize })) {
      page.push(event)
      if (page.length < pageSize) continue
      accepted += await acceptListedEvents(page)
      page = []
    }
    return accepted + (await acceptListedEvents(page))
  } catch (error) {
    const failure = readStripeFailure(error)
    if (failure.kind !== 'refused' || !failure.locksUsOut) throw error
    log().warn({ code: 'events_not_readable' }, 'the Stripe key may not read events')
    return accepted
  }
}
