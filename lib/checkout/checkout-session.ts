import { setTimeout as delay } from 'node:timers/promises'
import type Stripe from 'stripe'
import { stripe } from '@/lib/stripe/client'
import { isMissing, readStripeFailure } from '@/lib/stripe/failure'
import { type SessionFacts, sessionFacts } from '@/lib/stripe/facts'
import { type CheckoutReservation, findReservation, noteSession } from './reservations'

export type CreatedSession =
  | { kind: 'created'; sessionId: string; url: string | null }
  | RefusedSession
  /** It is not known whether it exists. The same call may be repeated. */
  | { kind: 'unclear'; code: string }

/**
 * Stripe said no, and will say so again. `fault`: without a reason, so that another hold may get a page; `email`: it does
 * not take the buyer's address; `shop`: what the shop asked for, or its key.
 */
export interface RefusedSession {
  kind: 'refused'
  because: 'fault' | 'email' | 'shop'
  /** As Stripe named it, such as `resource_missing`. */
  code: string
}

/** `first`: there was no call before. `again`: another call was made, or is under way. */
export type CreateCall = 'first' | 'again'

/** Calls for one request, but for those that Stripe refuses since another call is under way: its answer is awaited. */
const mostTries = 4
/** A call's own time-out is 10 s, so two that run into it are enough. */
const patienceMs = 8_000
const pauseMs = 250
/** https://docs.stripe.com/error-codes#idempotency-key-in-use */
const keyInUse = 'idempotency_key_in_use'

/**
 * Creates a reservation's Checkout Session, or finds the one that an earlier try made: the parameters were
 * stored with the hold and the idempotency key is the reservation's id.
 *
 * A fault of its own that Stripe keeps under that key is as good as a refusal: whoever asks gets it for 24 hours, so nobody
 * ever learns the address of a page, and without that nobody can pay. Should there be a page all the same, it expires by
 * itself, and its news finds a reservation that is closed.
 */
export async function createCheckoutSession(
  reservation: CheckoutReservation,
  call: CreateCall,
): Promise<CreatedSession> {
  if (reservation.sessionId !== null) {
    return { kind: 'created', sessionId: reservation.sessionId, url: reservation.sessionUrl }
  }
  const { sessionRequest, sessionExpiresAt } = reservation
  if (!sessionRequest || !sessionExpiresAt) throw new Error(`Reservation ${reservation.id} has no checkout`)
  const parameters = { ...sessionRequest, expires_at: Math.floor(sessionExpiresAt.getTime() / 1000) }
  const startedAt = Date.now()
  for (let tries = 1; ; tries++) {
    const made = await tryToCreate(reservation.id, parameters, tries === 1 ? call : 'again')
    if (made.kind !== 'unclear') return made
    const isOut = tries >= mostTries && made.code !== keyInUse
    if (isOut || (tries > 1 && Date.now() - startedAt > patienceMs)) return made
    await delay(pauseMs * tries)
    // The other call may have noted the session by now.
    const noted = await findReservation(reservation.id)
    if (noted?.sessionId) return { kind: 'created', sessionId: noted.sessionId, url: noted.sessionUrl }
  }
}

async function tryToCreate(
  reservationId: string,
  parameters: Record<string, unknown>,
  call: CreateCall,
): Promise<CreatedSession> {
  try {
    const session = await stripe().checkout.sessions.create(parameters, { idempotencyKey: reservationId })
    await noteSession(reservationId, session)
    return { kind: 'created', sessionId: session.id, url: session.url }
  } catch (error) {
    const failure = readStripeFailure(error)
    const { code } = failure
    if (failure.kind === 'unclear')
      return failure.isKept ? { kind: 'refused', because: 'fault', code } : { kind: 'unclear', code }
    // If Stripe refuses our API key, that says nothing about what an earlier call did.
    if (failure.locksUsOut && call === 'again') return { kind: 'unclear', code }
    // https://docs.stripe.com/error-codes#email-invalid
    return { kind: 'refused', because: code === 'email_invalid' ? 'email' : 'shop', code }
  }
}

export type EndedSession =
  | { kind: 'expired'; facts: SessionFacts }
  /** The buyer was faster: paid, or with a payment on its way. */
  | { kind: 'complete'; facts: SessionFacts }
  | { kind: 'unknown' }
  | { kind: 'unclear' }

/**
 * Ends a session, so that it cannot be paid any more. Only open sessions can be expired; when Stripe says that it
 * is not open, it is asked what became of it instead. https://docs.stripe.com/api/checkout/sessions/expire
 */
export async function endCheckoutSession(sessionId: string): Promise<EndedSession> {
  try {
    return readEnd(await stripe().checkout.sessions.expire(sessionId))
  } catch (error) {
    const failure = readStripeFailure(error)
    if (failure.kind === 'unclear') return { kind: 'unclear' }
    if (failure.missing) return { kind: 'unknown' }
  }
  try {
    return readEnd(await stripe().checkout.sessions.retrieve(sessionId))
  } catch (error) {
    return { kind: isMissing(error) ? 'unknown' : 'unclear' }
  }
}

function readEnd(session: Stripe.Checkout.Session): EndedSession {
  const facts = sessionFacts.parse(session)
  if (facts.status === 'complete') return { kind: 'complete', facts }
  return facts.status === 'expired' ? { kind: 'expired', facts } : { kind: 'unclear' }
}
