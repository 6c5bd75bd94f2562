import type { Price } from '@/lib/cities'
import { type Tier, tierLabel } from '@/lib/tier'
import type { CheckoutRequest } from '@/lib/inventory/model'

export interface SessionOrder {
  reservationId: string
  city: { id: string; name: string }
  tier: Tier
  quantity: number
  price: Price
  email: string | null
  publicUrl: string
}

/**
 * The parameters of a Checkout Session, without `expires_at`, which the hold decides. Pure: the same order
 * always asks the same, so that the call can be repeated under its idempotency key.
 */
export function sessionParameters(order: SessionOrder): CheckoutRequest {
  const { reservationId, city, tier, quantity, price, email, publicUrl } = order
  const metadata = { cityId: city.id, ticketType: tierLabel(tier), quantity: String(quantity), reservationId }
  const item = price.stripePriceId
    ? { price: price.stripePriceId }
    : {
        price_data: {
          currency: price.currency,
          unit_amount: price.amountCents,
          product_data: { name: `6FB Methodologies workshop, ${city.name}: ${tierLabel(tier)}` },
        },
      }
  return {
    parameters: {
      mode: 'payment',
      line_items: [{ ...item, quantity }],
      client_reference_id: reservationId,
      metadata,
      payment_intent_data: { metadata },
      success_url: `${publicUrl}/checkout/success?session_id={CHECKOUT_SESSION_ID}`,
      cancel_url: `${publicUrl}/checkout/cancelled?reservation=${encodeURIComponent(reservationId)}&city=${city.id}`,
      ...(email !== null && { customer_email: email }),
    },
    amountCents: quantity * price.amountCents,
    currency: price.currency,
  }
}
