import type Stripe from 'stripe'

/**
 * Stripe's objects as the stand-in keeps them: the package's own types, narrowed to what the stand-in
 * really stores (ids instead of expanded objects). So the compiler finds a field that Stripe renames.
 */
export type Metadata = Record<string, string>

export type SessionMode = 'payment' | 'setup' | 'subscription'
export type SessionStatus = 'complete' | 'expired' | 'open'
export type PaymentStatus = 'no_payment_required' | 'paid' | 'unpaid'

export type Session = Omit<
  Stripe.Checkout.Session,
  'line_items' | 'metadata' | 'mode' | 'payment_intent' | 'payment_status' | 'status'
> & {
  metadata: Metadata
  mode: SessionMode
  payment_intent: string | null
  payment_status: PaymentStatus
  status: SessionStatus
}

export type Product = Stripe.Product

export type Price = Omit<Stripe.Price, 'product' | 'unit_amount' | 'unit_amount_decimal'> & {
  product: string
  unit_amount: number
  /** On the wire a string; the package turns it into its Decimal. */
  unit_amount_decimal: string
}

export type LineItem = Omit<Stripe.LineItem, 'price' | 'quantity'> & { price: Price; quantity: number }

export type Coupon = Stripe.Coupon

export type PaymentIntent = Omit<Stripe.PaymentIntent, 'latest_charge' | 'metadata'> & {
  latest_charge: string | null
  metadata: Metadata
}

export type Charge = Omit<Stripe.Charge, 'metadata' | 'payment_intent' | 'status'> & {
  metadata: Metadata
  payment_intent: string
  status: 'failed' | 'pending' | 'succeeded'
}

export type RefundStatus = 'canceled' | 'failed' | 'pending' | 'requires_action' | 'succeeded'

export type Refund = Omit<Stripe.Refund, 'charge' | 'metadata' | 'payment_intent' | 'status'> & {
  charge: string
  metadata: Metadata
  payment_intent: string
  status: RefundStatus
}

export type Dispute = Omit<Stripe.Dispute, 'charge' | 'payment_intent'> & {
  charge: string
  payment_intent: string
}

export interface ListObject<T> {
  object: 'list'
  url: string
  has_more: boolean
  data: T[]
}
