import { newId } from '../random'
import type { Coupon, LineItem, Metadata, Price, Product } from './objects'

export function newProduct(input: { name: string; created: number; livemode: boolean }): Product {
  return {
    id: newId('prod'),
    object: 'product',
    active: true,
    created: input.created,
    description: null,
    images: [],
    livemode: input.livemode,
    marketing_features: [],
    metadata: {},
    name: input.name,
    package_dimensions: null,
    shippable: null,
    tax_details: null,
    type: 'service',
    updated: input.created,
    url: null,
  }
}

export interface NewPrice {
  currency: string
  /** Cents. */
  unitAmount: number
  product: string
  created: number
  livemode: boolean
  metadata?: Metadata
  nickname?: string
  interval?: 'day' | 'month' | 'week' | 'year'
}

export function newPrice(input: NewPrice): Price {
  return {
    id: newId('price'),
    object: 'price',
    active: true,
    billing_scheme: 'per_unit',
    created: input.created,
    currency: input.currency,
    custom_unit_amount: null,
    livemode: input.livemode,
    lookup_key: null,
    metadata: input.metadata ?? {},
    nickname: input.nickname ?? null,
    product: input.product,
    recurring: recurring(input.interval),
    tax_behavior: 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: input.interval === undefined ? 'one_time' : 'recurring',
    unit_amount: input.unitAmount,
    unit_amount_decimal: String(input.unitAmount),
  }
}

export interface NewLineItem {
  price: Price
  quantity: number
  description: string
  adjustable: { maximum: number; minimum: number } | null
  metadata: Metadata
}

export function newLineItem(input: NewLineItem): LineItem {
  const item: LineItem = {
    id: newId('li'),
    object: 'item',
    adjustable_quantity: input.adjustable === null ? null : { enabled: true, ...input.adjustable },
    amount_discount: 0,
    amount_subtotal: 0,
    amount_tax: 0,
    amount_total: 0,
    currency: input.price.currency,
    description: input.description,
    metadata: input.metadata,
    price: input.price,
    quantity: input.quantity,
  }
  priceLineItem(item, null)
  return item
}

/** Sets a line item's amounts from its quantity and the coupon. */
export function priceLineItem(item: LineItem, coupon: Coupon | null): void {
  item.amount_subtotal = item.price.unit_amount * item.quantity
  item.amount_discount = Math.round((item.amount_subtotal * (coupon?.percent_off ?? 0)) / 100)
  item.amount_total = item.amount_subtotal - item.amount_discount
}

export function newCoupon(input: {
  id?: string
  percentOff: number
  name?: string
  created: number
  livemode: boolean
}): Coupon {
  return {
    id: input.id ?? newId('coupon'),
    object: 'coupon',
    amount_off: null,
    created: input.created,
    currency: null,
    duration: 'once',
    duration_in_months: null,
    livemode: input.livemode,
    max_redemptions: null,
    metadata: {},
    name: input.name ?? null,
    percent_off: input.percentOff,
    redeem_by: null,
    times_redeemed: 0,
    valid: true,
  }
}

function recurring(interval: NewPrice['interval']): Price['recurring'] {
  if (interval === undefined) return null
  return { interval, interval_count: 1, meter: null, trial_period_days: null, usage_type: 'licensed' }
}
