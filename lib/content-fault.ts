import pg from 'pg'
import Stripe from 'stripe'

/**
 * Whether an error may be the fault of what was being worked on, so that the rest is worth trying without it.
 * With the database away, shutting down or read-only (SQLSTATE classes 08 and 57, 25006, or no SQLSTATE at all), and
 * with Stripe out of reach or busy, everything else would only knock on the same closed door.
 */
export function isAboutContent(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return !/^(08|57|25006$)/.test(error.code ?? '')
  if (error instanceof Stripe.errors.StripeError) {
    const status = error.statusCode ?? 0
    return status >= 400 && status < 500 && ![401, 403, 409, 429].includes(status)
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return !/^E[A-Z]+$/.test(code) && !(error instanceof Error && /connection|timeout/i.test(error.message))
}

/**
 * Whether nothing at all can be had for now. A key that Stripe refuses (401, 403) is no such thing: it may do something
 * else, and is told so at once.
 */
export function isOutOfReach(error: unknown): boolean {
  const isKeyRefused =
    error instanceof Stripe.errors.StripeError && [401, 403].includes(error.statusCode ?? 0)
  return !isAboutContent(error) && !isKeyRefused
}

/** Whether somebody kept a row locked for as long as we wait. Whoever asks for it next would only wait as well. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03'
}
