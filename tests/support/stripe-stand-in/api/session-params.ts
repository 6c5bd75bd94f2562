import { z } from 'zod'
import { bool, currency, email, integer, metadata, text, textUpTo, timestamp, url } from './param-types'

const recurring = z.strictObject({
  interval: z.enum(['day', 'month', 'week', 'year']),
  interval_count: integer(1).optional(),
})

const priceData = z.strictObject({
  currency,
  unit_amount: integer(0),
  product: text.optional(),
  product_data: z
    .strictObject({
      name: textUpTo(250),
      description: text.optional(),
      images: z.array(url).max(8).optional(),
      metadata: metadata.optional(),
    })
    .optional(),
  recurring: recurring.optional(),
  tax_behavior: z.enum(['exclusive', 'inclusive', 'unspecified']).optional(),
})

const lineItem = z.strictObject({
  price: text.optional(),
  price_data: priceData.optional(),
  quantity: integer(1).optional(),
  adjustable_quantity: z
    .strictObject({ enabled: bool, minimum: integer(0).optional(), maximum: integer(1).optional() })
    .optional(),
  metadata: metadata.optional(),
})

/**
 * The parameters of POST /v1/checkout/sessions that the stand-in knows. Any other is refused as unknown,
 * also one that Stripe would take: then the stand-in has to learn it first.
 */
export const sessionParams = z.strictObject({
  mode: z.enum(['payment', 'setup', 'subscription']),
  line_items: z.array(lineItem).min(1).max(100).optional(),
  success_url: url,
  cancel_url: url.optional(),
  client_reference_id: textUpTo(200).optional(),
  customer_email: email.optional(),
  metadata: metadata.optional(),
  expires_at: timestamp.optional(),
  currency: currency.optional(),
  allow_promotion_codes: bool.optional(),
  discounts: z
    .array(z.strictObject({ coupon: text }))
    .max(1)
    .optional(),
  payment_intent_data: z
    .strictObject({
      metadata: metadata.optional(),
      description: textUpTo(1000).optional(),
      receipt_email: email.optional(),
      statement_descriptor_suffix: textUpTo(22).optional(),
    })
    .optional(),
  ui_mode: z.literal('hosted_page').optional(),
  locale: text.optional(),
  submit_type: z.enum(['auto', 'book', 'donate', 'pay', 'subscribe']).optional(),
  billing_address_collection: z.enum(['auto', 'required']).optional(),
  customer_creation: z.enum(['always', 'if_required']).optional(),
  phone_number_collection: z.strictObject({ enabled: bool }).optional(),
})

export type SessionParams = z.output<typeof sessionParams>
export type LineItemParams = z.output<typeof lineItem>
