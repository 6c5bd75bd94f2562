import { randomUUID } from 'node:crypto'
import { announceStockChange } from '@/lib/inventory/announce'
import { transact } from '@/lib/queues/transaction'
import { applyPlans } from '@/lib/stripe/apply-plans'
import { planNews, type Background } from '@/lib/stripe/plan'
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

/** A refund of so many tickets of an order; a later one adds to it. */
export async function refund({ name, tier = 'ga' }: PaidOrder, tickets: number): Promise<void> {
  const facts = {
    kind: 'refund' as const,
    refundId: `re_${randomUUID()}`,
    paymentIntentId: `pi_${name}`,
    chargeId: null,
    amount: ticketPrice[tier] * tickets,
    status: 'succeeded' as const,
  }
  const plan = planNews({ key: facts.refundId, type: 'refund.created', facts }, nothingKnown)
  if (plan === 'ask') throw new Error('A refund needs no question')
  const { changedCities } = await transact((trx) => applyPlans(trx, [plan]))
  announceStockChange(changedCities)
}

const nothingKnown: Background = {
  asked: new Map(),
  prices: new Map(),
  refunded: new Map(),
  ours: new Set(),
}
