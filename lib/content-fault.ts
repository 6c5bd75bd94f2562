import pg from 'pg'
import Stripe from 'stripe'
import { isRefusedConnection } from './refused-connection'

/**
 * Whether an error may be the fault of what was being worked on, so that the rest is worth trying without it. Of these
 * errors it is not, since the rest would fail in the same way:
 * - the database is away, shutting down or read-only (SQLSTATE classes 08 and 57, 25006, or no SQLSTATE at all), or
 *   takes no connection of ours
 * - its disk is full, or it takes no more connections (53100, 53300)
 * - Stripe is out of reach or busy
 */
export function isAboutContent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (isRefusedConnection(code)) return false
  if (error instanceof pg.DatabaseError) return !/^(08|57|25006$|53[13]00$)/.test(code)
  if (error instanceof Stripe.errors.StripeError) {
    const status = error.statusCode ?? 0
    return status >= 400 && status < 500 && ![401, 403, 409, 429].includes(status)
  }
  return !/^E[A-Z]+$/.test(code) && !(error instanceof Error && /connection|timeout/i.test(error.message))
}

/**
 * Whether nothing can be done for now. A key that Stripe refuses (401, 403) does not count: it may be allowed to do
 * something else, and the refusal comes at once.
 */
export function isOutOfReach(error: unknown): boolean {
  const isKeyRefused =
    error instanceof Stripe.errors.StripeError && [401, 403].includes(error.statusCode ?? 0)
  return !isAboutContent(error) && !isKeyRefused
}

/**
 * Whether another transaction kept a row locked for as long as we wait. To ask for the row again at once would only
 * mean to wait again.
 */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03'
}
