import { log } from '@/lib/log'
import { type CreateCall, createCheckoutSession, type RefusedSession } from './checkout-session'
import type { CheckoutFailure, CheckoutResult } from './checkout-result'
import { reportRefusedPage } from './refused-page'
import type { CheckoutReservation } from './reservations'
import { releaseReservation } from './settle-reservation'

/** Opens the payment page of a hold; where Stripe refuses to make it, the seats go. */
export async function openPage(
  reservation: CheckoutReservation,
  holdToken: string,
  call: CreateCall,
): Promise<CheckoutResult> {
  const opened = await tryToOpen(reservation, holdToken, call)
  return isRefused(opened) ? giveUpPage(reservation, opened) : opened
}

/** The same, without letting anything go: what a refusal means is left to the caller. */
export async function tryToOpen(
  reservation: CheckoutReservation,
  holdToken: string,
  call: CreateCall,
): Promise<CheckoutResult | RefusedSession> {
  const session = await createCheckoutSession(reservation, call)
  switch (session.kind) {
    case 'created':
      if (session.url === null) return checkoutClosed
      return {
        ok: true,
        sessionId: session.sessionId,
        url: session.url,
        expiresAt: reservation.expiresAt,
        reservationId: reservation.id,
        holdToken,
      }
    case 'refused':
      if (session.because === 'fault') {
        log().warn(
          { code: 'session_fault_kept', reservationId: reservation.id, stripeCode: session.code },
          'Stripe keeps a fault of its own, so there is no payment page of this hold',
        )
      }
      return session
    case 'unclear':
      log().warn(
        { code: 'session_unclear', reservationId: reservation.id, stripeCode: session.code },
        'Stripe did not say whether it made a payment page',
      )
      // Whoever got a new token would be shut out by their own hold without it.
      return { ...unavailable, holdToken }
  }
}

/** Whether Stripe refused to make a page, which leaves the hold to the caller. */
export function isRefused(opened: CheckoutResult | RefusedSession): opened is RefusedSession {
  return 'kind' in opened
}

/** Gives the seats back for which there is no page, and says so to the buyer, and, where it can mend that, to the team. */
export async function giveUpPage(
  reservation: CheckoutReservation,
  { because, code }: RefusedSession,
): Promise<CheckoutFailure> {
  await releaseReservation(reservation.id, 'session_refused')
  switch (because) {
    case 'email':
      return emailRefused
    case 'fault':
      return notOpened
    case 'shop':
      await reportRefusedPage(reservation, code)
      return notOpened
  }
}

export const unavailable: CheckoutFailure = {
  ok: false,
  code: 'payment_unavailable',
  message: 'The payment page cannot be reached right now. Your seats stay held; try again in a moment',
}

export const checkoutClosed: CheckoutFailure = {
  ok: false,
  code: 'in_conflict',
  message: 'This checkout has been completed or closed already',
}

const notOpened: CheckoutFailure = {
  ...unavailable,
  message: 'The payment page could not be opened, so no seats are held and nothing was charged',
}

const emailRefused: CheckoutFailure = {
  ok: false,
  code: 'invalid',
  message: 'Our payment provider does not take this address. Check it, or leave it out',
  field: 'email',
}

/** The seats are held, and their page is there without the address. */
export const emailLeftOut: CheckoutFailure = {
  ...emailRefused,
  message:
    'Our payment provider does not take this address. Your seats stay held: check it, or pay without it',
}
