import { invalidParam, invalidState, noSuch, noSuchParam } from '../stripe/error'
import type { Charge, Metadata, Refund, RefundStatus } from '../stripe/objects'
import { newRefund } from '../stripe/refund-and-dispute'
import type { Cause, World } from '../world'

export interface RefundInput {
  charge: Charge
  /** Cents; default all that is left. */
  amount?: number
  reason?: Refund['reason']
  metadata?: Metadata
  /** Default `succeeded`; `pending` is settled later. */
  status?: Extract<RefundStatus, 'pending' | 'requires_action' | 'succeeded'>
}

/**
 * Refunds a charge. As at Stripe, a pending refund already counts in the charge's `amount_refunded`.
 * @throws StripeError 400 when nothing or not so much is left, or the charge is disputed or unpaid.
 */
export function refund(world: World, input: RefundInput, cause: Cause = null): Refund {
  const { charge } = input
  const left = charge.amount - charge.amount_refunded
  if (charge.status !== 'succeeded') throw invalidState(`Charge ${charge.id} has not succeeded.`)
  if (charge.disputed) {
    throw invalidState(`Charge ${charge.id} has been charged back; cannot issue a refund.`, 'charge_disputed')
  }
  if (left === 0)
    throw invalidState(`Charge ${charge.id} has already been refunded.`, 'charge_already_refunded')
  const amount = input.amount ?? left
  if (amount > left) {
    throw invalidState(
      `Refund amount (${dollars(amount)}) is greater than unrefunded amount on charge (${dollars(left)})`,
      undefined,
      'amount',
    )
  }
  const created = newRefund({
    charge,
    amount,
    created: world.clock.nowSeconds(),
    status: input.status ?? 'succeeded',
    reason: input.reason ?? null,
    metadata: input.metadata ?? {},
  })
  world.store.refunds.add(created)
  countRefunded(charge, amount)
  world.emit('refund.created', created, cause)
  world.emit('charge.refunded', charge, cause)
  if (created.status === 'succeeded') world.emit('refund.updated', created, cause)
  return created
}

/** A pending refund arrives. @throws StripeError 404, 400 */
export function settleRefund(world: World, id: string): Refund {
  const found = findRefund(world, id)
  if (found.status !== 'pending') throw invalidState(`Refund ${id} is not pending, but ${found.status}.`)
  found.status = 'succeeded'
  world.emit('refund.updated', found)
  return found
}

/** The bank sends a refund back, also one that had succeeded. @throws StripeError 404, 400 */
export function failRefund(world: World, id: string): Refund {
  const found = findRefund(world, id)
  const charge = world.store.charges.get(found.charge)
  if (!charge || found.status === 'failed') throw invalidState(`Refund ${id} has failed already.`)
  found.status = 'failed'
  found.failure_reason = 'expired_or_canceled_card'
  countRefunded(charge, -found.amount)
  world.emit('refund.updated', found)
  world.emit('refund.failed', found)
  return found
}

/** @throws StripeError 404 */
export function findRefund(world: World, id: string): Refund {
  const found = world.store.refunds.get(id)
  if (!found) throw noSuch('refund', id)
  return found
}

/** The charge that a payment intent, a session or a charge id stands for. @throws StripeError 400 */
export function chargeOf(world: World, id: string, param: string): Charge {
  if (id.startsWith('ch_')) {
    const charge = world.store.charges.get(id)
    if (!charge) throw noSuchParam('charge', id, param)
    return charge
  }
  const intentId = id.startsWith('cs_') ? (world.store.sessions.get(id)?.object.payment_intent ?? id) : id
  const intent = world.store.paymentIntents.get(intentId)
  if (!intent) throw noSuchParam('payment_intent', intentId, param)
  const charge = world.store.charges.get(intent.latest_charge ?? '')
  if (!charge || charge.status !== 'succeeded') {
    throw invalidParam(param, `This PaymentIntent (${intentId}) does not have a successful charge to refund.`)
  }
  return charge
}

function countRefunded(charge: Charge, amount: number): void {
  charge.amount_refunded += amount
  charge.refunded = charge.amount_refunded === charge.amount
}

function dollars(cents: number): string {
  return `$${(cents / 100).toFixed(2)}`
}
