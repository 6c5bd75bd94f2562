import { createSession } from '../checkout/sessions'
import { invalidParam, noSuchParam } from '../stripe/error'
import type { LineItem, Price } from '../stripe/objects'
import { newLineItem, newPrice, newProduct } from '../stripe/price'
import type { StoredSession } from '../store'
import type { World } from '../world'
import type { LineItemParams, SessionParams } from './session-params'

/** POST /v1/checkout/sessions. @throws StripeError 400 */
export function createSessionFromParams(world: World, params: SessionParams): StoredSession {
  const lineItems = (params.line_items ?? []).map((item, index) => lineItemOf(world, item, index))
  checkLineItems(params, lineItems)
  const couponId = params.discounts?.[0]?.coupon ?? null
  if (couponId !== null && !world.store.coupons.get(couponId)) {
    throw noSuchParam('coupon', couponId, 'discounts[0][coupon]')
  }
  if (couponId !== null && params.allow_promotion_codes !== undefined) {
    throw invalidParam(
      'discounts',
      'You may only specify one of these parameters: allow_promotion_codes, discounts.',
    )
  }
  return createSession(world, {
    mode: params.mode,
    currency: lineItems[0]?.currency ?? params.currency ?? 'usd',
    lineItems,
    successUrl: params.success_url,
    cancelUrl: params.cancel_url ?? null,
    clientReferenceId: params.client_reference_id ?? null,
    customerEmail: params.customer_email ?? null,
    metadata: params.metadata ?? {},
    expiresAt: params.expires_at ?? null,
    couponId,
    allowPromotionCodes: params.allow_promotion_codes ?? false,
    paymentLink: null,
    intent: {
      metadata: params.payment_intent_data?.metadata ?? {},
      description: params.payment_intent_data?.description ?? null,
    },
  })
}

function checkLineItems({ mode, payment_intent_data }: SessionParams, lineItems: readonly LineItem[]): void {
  if (mode !== 'payment' && payment_intent_data) {
    throw invalidParam('payment_intent_data', 'You can not pass `payment_intent_data` in this mode.')
  }
  if (mode !== 'setup' && lineItems.length === 0) {
    throw invalidParam('line_items', 'Missing required param: line_items.', 'parameter_missing')
  }
  if (new Set(lineItems.map((item) => item.currency)).size > 1) {
    throw invalidParam('line_items', 'All line items must have the same currency.')
  }
  const recurring = lineItems.some((item) => item.price.type === 'recurring')
  if (mode === 'payment' && recurring) {
    throw invalidParam('line_items', 'You specified `payment` mode but passed a recurring price.')
  }
  if (mode === 'subscription' && !recurring) {
    throw invalidParam('line_items', 'You must provide at least one recurring price in `subscription` mode.')
  }
}

function lineItemOf(world: World, params: LineItemParams, index: number): LineItem {
  const param = `line_items[${index}]`
  if (params.quantity === undefined) {
    throw invalidParam(`${param}[quantity]`, 'Quantity is required.', 'parameter_missing')
  }
  const price = priceOf(world, params, param)
  const adjustable = params.adjustable_quantity
  return newLineItem({
    price,
    quantity: params.quantity,
    description: world.store.products.get(price.product)?.name ?? '',
    metadata: params.metadata ?? {},
    adjustable: adjustable?.enabled
      ? { minimum: adjustable.minimum ?? 0, maximum: adjustable.maximum ?? 99 }
      : null,
  })
}

function priceOf(world: World, { price, price_data }: LineItemParams, param: string): Price {
  if ((price === undefined) === (price_data === undefined)) {
    throw invalidParam(param, 'You must specify either `price` or `price_data` for each line item.')
  }
  if (price !== undefined) {
    const known = world.store.prices.get(price)
    if (!known) throw noSuchParam('price', price, `${param}[price]`)
    return known
  }
  if (!price_data) throw invalidParam(param, 'Missing price.')
  const common = { created: world.clock.nowSeconds(), livemode: world.livemode }
  const product = price_data.product ?? productIdOf(world, price_data.product_data?.name, param)
  if (!world.store.products.get(product)) {
    throw noSuchParam('product', product, `${param}[price_data][product]`)
  }
  const made = newPrice({
    ...common,
    currency: price_data.currency,
    unitAmount: price_data.unit_amount,
    product,
    interval: price_data.recurring?.interval,
  })
  // As at Stripe, an inline price exists from then on, but is not active.
  return world.store.prices.add({ ...made, active: false })
}

function productIdOf(world: World, name: string | undefined, param: string): string {
  if (name === undefined) {
    const missing = `${param}[price_data][product_data]`
    throw invalidParam(missing, `Missing required param: ${missing}.`, 'parameter_missing')
  }
  const product = newProduct({ name, created: world.clock.nowSeconds(), livemode: world.livemode })
  return world.store.products.add({ ...product, active: false }).id
}
