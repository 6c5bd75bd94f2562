import { z } from 'zod'
import { chargeOf, findRefund, refund } from '../checkout/refunds'
import type { Collection } from '../collection'
import { invalidParam, noSuch } from '../stripe/error'
import { listPage, within } from './list'
import { created, integer, metadata, paging, text } from './param-types'
import { noParams, route, type Call, type Route } from './route'

const refundParams = z.strictObject({
  payment_intent: text.optional(),
  charge: text.optional(),
  amount: integer(1).optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  metadata: metadata.optional(),
})

const ofPayment = { ...paging, created, payment_intent: text.optional(), charge: text.optional() }

export const paymentRoutes: Route[] = [
  route('POST', '/v1/refunds', refundParams, ({ world, cause }, { payment_intent, charge, ...params }) => {
    const id = charge ?? payment_intent
    if (id === undefined) {
      throw invalidParam(
        'charge',
        'One of the following params should be provided for this request: payment_intent or charge.',
        'parameter_missing',
      )
    }
    const found = chargeOf(world, id, charge === undefined ? 'payment_intent' : 'charge')
    if (payment_intent !== undefined && found.payment_intent !== payment_intent) {
      throw invalidParam('payment_intent', 'The charge does not belong to this payment intent.')
    }
    return refund(world, { ...params, charge: found }, cause)
  }),
  route('GET', '/v1/refunds', z.strictObject(ofPayment), ({ world }, params) =>
    listPage('/v1/refunds', world.store.refunds, params, belongsTo(params)),
  ),
  route('GET', '/v1/refunds/:id', noParams, ({ world, id }) => findRefund(world, id)),

  route(
    'GET',
    '/v1/charges',
    z.strictObject({ ...paging, created, payment_intent: text.optional() }),
    (call, params) => listPage('/v1/charges', call.world.store.charges, params, belongsTo(params)),
  ),
  route('GET', '/v1/charges/:id', noParams, (call) => get('charge', call.world.store.charges, call)),

  route('GET', '/v1/payment_intents', z.strictObject({ ...paging, created }), ({ world }, params) =>
    listPage('/v1/payment_intents', world.store.paymentIntents, params, (intent) =>
      within(intent.created, params.created),
    ),
  ),
  route('GET', '/v1/payment_intents/:id', noParams, (call) => {
    return get('payment_intent', call.world.store.paymentIntents, call)
  }),

  route('GET', '/v1/disputes', z.strictObject(ofPayment), ({ world }, params) =>
    listPage('/v1/disputes', world.store.disputes, params, belongsTo(params)),
  ),
  route('GET', '/v1/disputes/:id', noParams, (call) => get('dispute', call.world.store.disputes, call)),
]

interface OfPayment {
  created: number
  payment_intent: string
  charge?: string
}

function belongsTo(wanted: {
  created?: Parameters<typeof within>[1]
  payment_intent?: string
  charge?: string
}): (item: OfPayment) => boolean {
  return (item) =>
    within(item.created, wanted.created) &&
    (wanted.payment_intent === undefined || item.payment_intent === wanted.payment_intent) &&
    (wanted.charge === undefined || item.charge === wanted.charge)
}

function get<T extends { id: string }>(kind: string, collection: Collection<T>, { id }: Call): T {
  const found = collection.get(id)
  if (!found) throw noSuch(kind, id)
  return found
}
