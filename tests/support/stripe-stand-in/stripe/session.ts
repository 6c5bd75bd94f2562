import type { LineItem, Metadata, Session, SessionMode } from './objects'

export interface NewSession {
  id: string
  created: number
  expiresAt: number
  mode: SessionMode
  livemode: boolean
  currency: string
  url: string
  successUrl: string
  cancelUrl: string | null
  clientReferenceId: string | null
  customerEmail: string | null
  metadata: Metadata
  allowPromotionCodes: boolean
  paymentLink: string | null
}

/** An open Checkout Session; its amounts follow from the line items, see {@link priceSession}. */
export function openSession(input: NewSession): Session {
  return {
    id: input.id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: input.allowPromotionCodes,
    allowed_payment_method_types: null,
    amount_subtotal: null,
    amount_total: null,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: input.cancelUrl,
    client_reference_id: input.clientReferenceId,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: input.created,
    currency: input.currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer: null,
    customer_account: null,
    customer_creation: 'if_required',
    customer_details: input.customerEmail === null ? null : customerDetails(input.customerEmail, null),
    customer_email: input.customerEmail,
    discounts: [],
    expires_at: input.expiresAt,
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode: input.livemode,
    locale: null,
    managed_payments: null,
    metadata: input.metadata,
    mode: input.mode,
    origin_context: null,
    payment_intent: null,
    payment_link: input.paymentLink,
    payment_method_collection: input.mode === 'payment' ? 'if_required' : 'always',
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ['card', 'us_bank_account'],
    payment_status: input.mode === 'setup' ? 'no_payment_required' : 'unpaid',
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: null,
    subscription: null,
    success_url: input.successUrl,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: input.url,
    wallet_options: null,
  }
}

/** Sets the session's amounts (cents) from its line items, which carry their share of the discount. */
export function priceSession(session: Session, lineItems: readonly LineItem[]): void {
  if (session.mode === 'setup') return
  const sum = (of: (item: LineItem) => number) => lineItems.reduce((total, item) => total + of(item), 0)
  session.amount_subtotal = sum((item) => item.amount_subtotal)
  session.amount_total = sum((item) => item.amount_total)
  session.total_details = {
    amount_discount: session.amount_subtotal - session.amount_total,
    amount_shipping: 0,
    amount_tax: 0,
  }
}

export function customerDetails(email: string, name: string | null): Session['customer_details'] {
  return {
    address: null,
    business_name: null,
    email,
    individual_name: null,
    name,
    phone: null,
    tax_exempt: 'none',
    tax_ids: [],
  }
}
