import { z } from 'zod'
import { invalidParam, noSuch } from '../stripe/error'
import type { StoredEvent } from '../store'
import { pendingWebhooks } from '../world'
import { listPage, within } from './list'
import { bool, created, paging, text } from './param-types'
import { noParams, route, type Route } from './route'

// https://docs.stripe.com/api/events/list: events can be listed for 30 days.
const REACH_SECONDS = 30 * 24 * 60 * 60

const listParams = z.strictObject({
  ...paging,
  created,
  type: text.optional(),
  types: z.array(text).max(20).optional(),
  delivery_success: bool.optional(),
})

export const eventRoutes: Route[] = [
  route('GET', '/v1/events', listParams, ({ world }, params) => {
    if (params.type !== undefined && params.types) {
      throw invalidParam('types', 'You may only specify one of these parameters: type, types.')
    }
    const oldest = world.clock.nowSeconds() - REACH_SECONDS
    const page = listPage('/v1/events', world.store.events, params, (event) => {
      return (
        event.created >= oldest &&
        within(event.created, params.created) &&
        hasType(event.type, params.type, params.types) &&
        (params.delivery_success === undefined || params.delivery_success === (pendingWebhooks(event) === 0))
      )
    })
    return { ...page, data: page.data.map(asObject) }
  }),

  route('GET', '/v1/events/:id', noParams, ({ world, id }) => {
    const event = world.store.events.get(id)
    if (!event) throw noSuch('event', id)
    return asObject(event)
  }),
]

/** The event as delivered, but with the number of webhooks that are pending now. */
function asObject(event: StoredEvent): object {
  const envelope = JSON.parse(event.body) as object
  return { ...envelope, pending_webhooks: pendingWebhooks(event) }
}

/** `types` and `type` may end in `.*`, as at Stripe. */
function hasType(type: string, one: string | undefined, several: readonly string[] | undefined): boolean {
  const wanted = several ?? (one === undefined ? [] : [one])
  if (wanted.length === 0) return true
  return wanted.some((name) => name === type || (name.endsWith('.*') && type.startsWith(name.slice(0, -1))))
}
