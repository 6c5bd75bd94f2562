import { z } from 'zod'
import { expireSession, findSession } from '../checkout/sessions'
import { Collection } from '../collection'
import type { LineItem } from '../stripe/objects'
import { createSessionFromParams } from './create-session'
import { listPage, within } from './list'
import { created, email, paging, text } from './param-types'
import { noParams, route, type Route } from './route'
import { sessionParams } from './session-params'

const listParams = z.strictObject({
  ...paging,
  created,
  status: z.enum(['complete', 'expired', 'open']).optional(),
  payment_intent: text.optional(),
  payment_link: text.optional(),
  customer: text.optional(),
  subscription: text.optional(),
  customer_details: z.strictObject({ email }).optional(),
})

export const checkoutRoutes: Route[] = [
  route('POST', '/v1/checkout/sessions', sessionParams, ({ world }, params) => {
    return createSessionFromParams(world, params).object
  }),

  route('GET', '/v1/checkout/sessions', listParams, ({ world }, params) => {
    const page = listPage('/v1/checkout/sessions', world.store.sessions, params, ({ object }) => {
      return (
        within(object.created, params.created) &&
        matches(params.status, object.status) &&
        matches(params.payment_intent, object.payment_intent) &&
        matches(params.payment_link, object.payment_link) &&
        matches(params.customer, object.customer) &&
        matches(params.subscription, object.subscription) &&
        matches(params.customer_details?.email, object.customer_details?.email)
      )
    })
    return { ...page, data: page.data.map(({ object }) => object) }
  }),

  route('GET', '/v1/checkout/sessions/:id', noParams, ({ world, id }) => findSession(world, id).object),

  route('GET', '/v1/checkout/sessions/:id/line_items', z.strictObject(paging), ({ world, id }, params) => {
    // Line items come in the order in which they were given, unlike other lists.
    const items = new Collection<LineItem>()
    items.replaceAll([...findSession(world, id).lineItems].reverse())
    return listPage(`/v1/checkout/sessions/${id}/line_items`, items, params, () => true)
  }),

  route('POST', '/v1/checkout/sessions/:id/expire', noParams, ({ world, id, cause }) => {
    return expireSession(world, id, cause).object
  }),
]

function matches<T>(wanted: T | undefined, actual: unknown): boolean {
  return wanted === undefined || wanted === actual
}
