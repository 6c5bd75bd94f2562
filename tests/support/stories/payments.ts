import { randomUUID } from 'node:crypto'
import { announceStockChange } from '@/lib/inventory/announce'
import { transact } from '@/lib/queues/transaction'
import { applyPlans } from '@/lib/stripe/apply-plans'
import type { Background } from '@/lib/stripe/background'
import type { EventType } from '@/lib/stripe/classify-event'
import type { RefundFacts } from '@/lib/stripe/facts'
import { planNews } from '@/lib/stripe/plan'
import { type ProcessResult, processInventoryUpdate } from '@/lib/stripe/process-session'
import { ticketPrice } from './city'

/** A session that somebody paid: of a payment link of ours, or of the reservation that is named. */
export interface PaidOrder {
  cityId: string
  tier?: 'ga' | 'vip'
  quantity?: number
  /** Stripe's ids end in it. */
  name?: string
  reservationId?: string
}

/** Pays, as if Stripe's event had come. @returns the same order with its name, to pay it again or refund it */
export async function pay(order: PaidOrder): Promise<PaidOrder & { name: string; result: ProcessResult }> {
  const { cityId, tier = 'ga', quantity = 1, name = randomUUID(), reservationId } = order
  const amount = ticketPrice[tier] * quantity
  const result = await processInventoryUpdate({
    id: `cs_${name}`,
    mode: 'payment',
    status: 'complete',
    payment_status: 'paid',
    payment_intent: `pi_${name}`,
    amount_subtotal: amount,
    amount_total: amount,
    currency: 'usd',
    client_reference_id: reservationId ?? null,
    customer_details: { email: 'ada@example.com' },
    customer_email: null,
    metadata: { cityId, ticketType: tier, quantity: String(quantity) },
  })
  return { ...order, name, result }
}

/** A refund of so many tickets of an order; a later one adds to it. @returns what `refundFails` needs */
export async function refund(order: PaidOrder, tickets: number): Promise<Refunded> {
  const refunded = { order, tickets, refundId: `re_${randomUUID()}` }
  await tellRefund(refunded, { type: 'refund.created', status: 'succeeded' })
  return refunded
}

interface Refunded {
  order: PaidOrder
  tickets: number
  refundId: string
}

/** The bank sends the money of a refund back. */
export async function refundFails(refunded: Refunded): Promise<void> {
  await tellRefund(refunded, { type: 'refund.failed', status: 'failed' })
}

async function tellRefund(
  { order: { name, tier = 'ga' }, tickets, refundId }: Refunded,
  { type, status }: { type: EventType; status: RefundFacts['status'] },
): Promise<void> {
  const facts = {
    kind: 'refund' as const,
    refundId,
    paymentIntentId: `pi_${name}`,
    chargeId: null,
    amount: ticketPrice[tier] * tickets,
    status,
  }
  const plan = planNews({ key: refundId, type, facts }, nothingKnown)
  if (plan === 'ask') throw new Error('A refund needs no question')
  const { changedCities } = await transact((trx) => applyPlans(trx, [plan]))
  announceStockChange(changedCities)
}

const nothingKnown: Background = {
  asked: new Map(),
  prices: new Map(),
  refunded: new Map(),
  unpriced: new Set(),
  soldTwice: new Set(),
  ours: new Set(),
}
