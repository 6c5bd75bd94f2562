import { newId } from '../random'
import { invalidParam, invalidState, noSuch } from '../stripe/error'
import type { LineItem, Metadata, SessionMode } from '../stripe/objects'
import { openSession, priceSession } from '../stripe/session'
import { priceLineItem } from '../stripe/price'
import type { StoredSession } from '../store'
import type { Cause, World } from '../world'

const MIN_LIFE_SECONDS = 30 * 60
const MAX_LIFE_SECONDS = 24 * 60 * 60
const MIN_TOTAL_CENTS = 50
const MAX_TOTAL_CENTS = 99_999_999

export interface SessionInput {
  mode: SessionMode
  currency: string
  lineItems: LineItem[]
  successUrl: string
  cancelUrl: string | null
  clientReferenceId: string | null
  customerEmail: string | null
  metadata: Metadata
  /** Seconds since 1970; default 24 hours from now. */
  expiresAt: number | null
  couponId: string | null
  allowPromotionCodes: boolean
  paymentLink: string | null
  intent: StoredSession['intent']
}

/**
 * Opens a Checkout Session.
 * @throws StripeError where Stripe refuses: life not between 30 minutes and 24 hours
 *   (https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-expires_at), total
 *   below 50 cents unless free, total too large, unknown coupon.
 */
export function createSession(world: World, input: SessionInput): StoredSession {
  const created = world.clock.nowSeconds()
  const expiresAt = input.expiresAt ?? created + MAX_LIFE_SECONDS
  checkLife(created, expiresAt)
  const id = newId(world.livemode ? 'cs_live' : 'cs_test')
  const object = openSession({
    ...input,
    id,
    created,
    expiresAt,
    livemode: world.livemode,
    url: `${world.baseUrl()}/c/pay/${id}`,
  })
  const session: StoredSession = {
    id,
    object,
    lineItems: input.lineItems,
    couponId: input.couponId,
    intent: input.intent,
  }
  reprice(world, session)
  checkTotal(object.amount_total, input.currency)
  world.store.sessions.add(session)
  world.watchExpiry(session)
  return session
}

/** Sets all amounts anew after a change of quantity or coupon. */
export function reprice(world: World, session: StoredSession): void {
  const coupon = session.couponId === null ? null : (world.store.coupons.get(session.couponId) ?? null)
  for (const item of session.lineItems) priceLineItem(item, coupon)
  priceSession(session.object, session.lineItems)
  session.object.discounts = coupon === null ? [] : [{ coupon: coupon.id, promotion_code: null }]
}

/** @throws StripeError 404 */
export function findSession(world: World, id: string): StoredSession {
  const session = world.store.sessions.get(id)
  if (!session) throw noSuch('checkout.session', id)
  return session
}

/** Expires an open session. @throws StripeError 404; 400 unless it is open, as Stripe does. */
export function expireSession(world: World, id: string, cause: Cause = null): StoredSession {
  const session = findSession(world, id)
  if (session.object.status !== 'open') {
    throw invalidState(
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.object.status}\`.`,
    )
  }
  markExpired(world, session, cause)
  return session
}

/** What happens when a session's life ends, by a call or by time. */
export function markExpired(world: World, session: StoredSession, cause: Cause): void {
  session.object.status = 'expired'
  session.object.url = null
  const intent = world.store.paymentIntents.get(session.object.payment_intent ?? '')
  if (intent) {
    intent.status = 'canceled'
    intent.canceled_at = world.clock.nowSeconds()
    intent.cancellation_reason = 'automatic'
    world.emit('payment_intent.canceled', intent, cause)
  }
  world.emit('checkout.session.expired', session.object, cause)
}

function checkLife(created: number, expiresAt: number): void {
  if (expiresAt < created + MIN_LIFE_SECONDS) {
    throw invalidParam(
      'expires_at',
      'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
    )
  }
  if (expiresAt > created + MAX_LIFE_SECONDS) {
    throw invalidParam(
      'expires_at',
      'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.',
    )
  }
}

function checkTotal(total: number | null, currency: string): void {
  if (total === null || total === 0) return
  if (total < MIN_TOTAL_CENTS) {
    throw invalidParam(
      'line_items',
      `The Checkout Session's total amount due must add up to at least $0.50 ${currency}`,
      'amount_too_small',
    )
  }
  if (total > MAX_TOTAL_CENTS) {
    throw invalidParam(
      'line_items',
      `The Checkout Session's total amount due must be no more than $999,999.99 ${currency}`,
      'amount_too_large',
    )
  }
}
