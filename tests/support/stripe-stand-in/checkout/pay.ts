import { newId } from '../random'
import { invalidParam, invalidState, StripeError } from '../stripe/error'
import type { Charge, LineItem, PaymentIntent } from '../stripe/objects'
import { newCharge, newPaymentIntent } from '../stripe/payment'
import { customerDetails } from '../stripe/session'
import type { StoredSession } from '../store'
import type { World } from '../world'
import { findSession, reprice } from './sessions'

export interface PayOptions {
  /** `debit` is a bank debit: the session completes unpaid and is settled later. Default `card`. */
  method?: 'card' | 'debit'
  /** Quantities in the order of the line items; only where Stripe would let the customer change them. */
  quantities?: readonly number[]
  email?: string
  name?: string
  /** Promotion code: here simply the id of a coupon. */
  coupon?: string
}

/** The customer pays an open session. @throws StripeError 404; 400 when it is not open or input is refused. */
export function pay(world: World, sessionId: string, options: PayOptions = {}): StoredSession {
  const session = openForPayment(world, sessionId)
  customise(world, session, options)

  const { object } = session
  if (object.mode !== 'payment') completeOtherMode(session)
  else if (object.amount_total === 0) complete(session, 'no_payment_required')
  else if (options.method === 'debit') startDebit(world, session)
  else chargeCard(world, session)
  world.emit('checkout.session.completed', object)
  return session
}

/** The customer's card is declined: the session stays open. @throws StripeError 404, 400 */
export function decline(world: World, sessionId: string, options: PayOptions = {}): StoredSession {
  const session = openForPayment(world, sessionId)
  customise(world, session, options)
  const intent = intentOf(world, session)
  const charge = addCharge(world, session, intent, 'failed', 'card')
  intent.last_payment_error = {
    charge: charge.id,
    code: 'card_declined',
    decline_code: 'generic_decline',
    message: 'Your card was declined.',
    type: 'card_error',
  }
  world.emit('charge.failed', charge)
  world.emit('payment_intent.payment_failed', intent)
  return session
}

/** The bank's answer to a debit. @throws StripeError 404; 400 when no debit is on its way. */
export function settle(world: World, sessionId: string, result: 'fail' | 'succeed'): StoredSession {
  const session = findSession(world, sessionId)
  const intent = world.store.paymentIntents.get(session.object.payment_intent ?? '')
  const charge = world.store.charges.get(intent?.latest_charge ?? '')
  if (!intent || !charge || !awaitsBank(world, session)) {
    throw invalidState('This Checkout Session has no bank debit on its way.')
  }
  if (result === 'succeed') {
    succeed(world, intent, charge)
    session.object.payment_status = 'paid'
    world.emit('checkout.session.async_payment_succeeded', session.object)
    return session
  }
  intent.status = 'requires_payment_method'
  charge.status = 'failed'
  charge.paid = false
  charge.captured = false
  charge.failure_code = 'insufficient_funds'
  charge.failure_message = 'The customer’s account has insufficient funds.'
  world.emit('charge.failed', charge)
  world.emit('payment_intent.payment_failed', intent)
  world.emit('checkout.session.async_payment_failed', session.object)
  return session
}

/** Whether a bank debit is on its way: ordered, and neither paid nor refused. */
export function awaitsBank(world: World, session: StoredSession): boolean {
  return world.store.paymentIntents.get(session.object.payment_intent ?? '')?.status === 'processing'
}

function openForPayment(world: World, sessionId: string): StoredSession {
  const session = findSession(world, sessionId)
  if (session.object.status !== 'open') {
    throw invalidState(
      `This Checkout Session is no longer active: its status is \`${session.object.status}\`.`,
    )
  }
  return session
}

/** What the customer may change on the payment page. Refused as a whole or applied as a whole. */
function customise(world: World, session: StoredSession, options: PayOptions): void {
  const { quantities = [], coupon, email, name } = options
  quantities.forEach((quantity, index) => checkQuantity(session.lineItems[index], quantity))
  if (coupon !== undefined && !(session.object.allow_promotion_codes && world.store.coupons.get(coupon))) {
    throw invalidParam('promotion_code', 'This code is invalid.')
  }
  session.lineItems.forEach((item, index) => {
    item.quantity = quantities[index] ?? item.quantity
  })
  session.couponId = coupon ?? session.couponId
  reprice(world, session)
  const address = email ?? session.object.customer_email ?? 'customer@example.com'
  session.object.customer_details = customerDetails(address, name ?? 'Test Customer')
}

function checkQuantity(item: LineItem | undefined, quantity: number): void {
  if (!item) throw invalidParam('quantity', 'This Checkout Session has fewer line items.')
  if (quantity === item.quantity) return
  const limits = item.adjustable_quantity
  if (!limits?.enabled) throw invalidParam('quantity', 'The quantity of this line item is not adjustable.')
  const { minimum, maximum } = { minimum: limits.minimum ?? 0, maximum: limits.maximum ?? 99 }
  if (!Number.isInteger(quantity) || quantity < minimum || quantity > maximum) {
    throw invalidParam('quantity', `The quantity must be between ${minimum} and ${maximum}.`)
  }
}

function complete(session: StoredSession, paymentStatus: StoredSession['object']['payment_status']): void {
  session.object.status = 'complete'
  session.object.payment_status = paymentStatus
  session.object.url = null
}

function completeOtherMode(session: StoredSession): void {
  const { object } = session
  if (object.mode === 'setup') {
    object.setup_intent = newId('seti')
    complete(session, 'no_payment_required')
    return
  }
  object.customer = newId('cus')
  object.invoice = newId('in')
  object.subscription = newId('sub')
  complete(session, 'paid')
}

function chargeCard(world: World, session: StoredSession): void {
  const intent = intentOf(world, session)
  succeed(world, intent, addCharge(world, session, intent, 'succeeded', 'card'))
  complete(session, 'paid')
}

function startDebit(world: World, session: StoredSession): void {
  const intent = intentOf(world, session)
  const charge = addCharge(world, session, intent, 'pending', 'us_bank_account')
  intent.status = 'processing'
  complete(session, 'unpaid')
  world.emit('charge.pending', charge)
  world.emit('payment_intent.processing', intent)
}

function succeed(world: World, intent: PaymentIntent, charge: Charge): void {
  charge.status = 'succeeded'
  charge.amount_captured = charge.amount
  charge.balance_transaction ??= newId('txn')
  intent.status = 'succeeded'
  intent.amount_received = intent.amount
  intent.last_payment_error = null
  world.emit('charge.succeeded', charge)
  world.emit('payment_intent.succeeded', intent)
}

/** Stripe makes the payment intent at the first attempt to pay, not with the session. */
function intentOf(world: World, session: StoredSession): PaymentIntent {
  const { object } = session
  const amount = object.amount_total ?? 0
  const known = world.store.paymentIntents.get(object.payment_intent ?? '')
  if (known) {
    known.amount = amount
    return known
  }
  if (amount === 0) throw new StripeError(400, { type: 'invalid_request_error', message: 'Nothing to pay.' })
  const intent = newPaymentIntent({
    amount,
    currency: object.currency ?? 'usd',
    created: world.clock.nowSeconds(),
    livemode: world.livemode,
    metadata: session.intent.metadata,
    description: session.intent.description,
    email: object.customer_details?.email ?? null,
  })
  object.payment_intent = intent.id
  return world.store.paymentIntents.add(intent)
}

function addCharge(
  world: World,
  session: StoredSession,
  intent: PaymentIntent,
  status: Charge['status'],
  paymentMethod: 'card' | 'us_bank_account',
): Charge {
  const details = session.object.customer_details
  const charge = newCharge({
    intent,
    status,
    paymentMethod,
    created: world.clock.nowSeconds(),
    email: details?.email ?? null,
    name: details?.name ?? null,
  })
  intent.latest_charge = charge.id
  intent.payment_method = charge.payment_method
  return world.store.charges.add(charge)
}
