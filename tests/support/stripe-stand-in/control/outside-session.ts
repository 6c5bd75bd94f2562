import { createSession } from '../checkout/sessions'
import { newId } from '../random'
import { newCoupon, newLineItem, newPrice, newProduct } from '../stripe/price'
import type { StoredSession } from '../store'
import type { World } from '../world'
import type { OutsideSession } from './control'

/** A session that the shop did not make. @throws StripeError as for one that it makes. */
export function createOutsideSession(world: World, input: OutsideSession): StoredSession {
  const mode = input.mode ?? 'payment'
  const currency = input.currency ?? 'usd'
  const common = { created: world.clock.nowSeconds(), livemode: world.livemode }
  const product = newProduct({ ...common, name: input.productName ?? 'Workshop ticket' })
  const price = newPrice({
    ...common,
    currency,
    unitAmount: input.unitAmount ?? 100_000,
    product: product.id,
    interval: mode === 'subscription' ? 'month' : undefined,
  })
  world.store.products.add(product)
  world.store.prices.add(price)
  const item = newLineItem({
    price,
    quantity: input.quantity ?? 1,
    description: product.name,
    adjustable: input.adjustable ?? null,
    metadata: {},
  })
  const coupon = input.discount ? newCoupon({ ...common, percentOff: input.discount }) : null
  if (coupon) world.store.coupons.add(coupon)
  return createSession(world, {
    mode,
    currency,
    lineItems: mode === 'setup' ? [] : [item],
    successUrl: input.successUrl ?? `${world.baseUrl()}/`,
    cancelUrl: null,
    clientReferenceId: input.clientReferenceId ?? null,
    customerEmail: input.customerEmail ?? null,
    metadata: input.metadata ?? {},
    expiresAt: input.expiresAt ?? null,
    couponId: coupon?.id ?? null,
    allowPromotionCodes: false,
    paymentLink: (input.paymentLink ?? true) ? newId('plink') : null,
    intent: { metadata: input.paymentIntentMetadata ?? {}, description: null },
  })
}
