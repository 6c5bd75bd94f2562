import Stripe from 'stripe'

/**
 * What an error from Stripe says about the call.
 * - `refused`: Stripe understood and said no; repeating gives the same answer.
 * - `unclear`: it is not known whether this call, or an earlier one under its key, was carried out; repeat it with
 *   the same idempotency key.
 */
export type StripeFailure =
  | {
      kind: 'refused'
      code: string
      /** There is no such object. */
      missing: boolean
      /** Stripe refuses our API key (401, 403). That says nothing about earlier calls. */
      locksUsOut: boolean
    }
  | {
      kind: 'unclear'
      code: string
      /** A fault of Stripe's own (5xx) that it keeps under the key: repeating gives the same answer for 24 hours. */
      isKept: boolean
    }

/**
 * Reads an error of the Stripe client. 409 (the key is in use), 429 (too many calls) and a key that was used
 * with other parameters say nothing about the outcome. An answer that Stripe has given before under the key says so in
 * a header. https://docs.stripe.com/error-low-level#idempotency
 *
 * @throws the error itself when it did not come from Stripe
 */
export function readStripeFailure(error: unknown): StripeFailure {
  if (!(error instanceof Stripe.errors.StripeError)) throw error
  const status = error.statusCode ?? 0
  const definite = status >= 400 && status < 500 && status !== 409 && status !== 429
  const code = error.code ?? error.type
  if (!definite || error instanceof Stripe.errors.StripeIdempotencyError) {
    const isKept = status >= 500 && error.headers?.['idempotent-replayed'] === 'true'
    return { kind: 'unclear', code, isKept }
  }
  return {
    kind: 'refused',
    code,
    missing: status === 404 || error.code === 'resource_missing',
    locksUsOut: status === 401 || status === 403,
  }
}

/** Whether Stripe refuses our API key for this call. @throws the error itself when it did not come from Stripe */
export function isLockedOut(error: unknown): boolean {
  const failure = readStripeFailure(error)
  return failure.kind === 'refused' && failure.locksUsOut
}

/** Whether Stripe says that there is no such object. @throws the error itself when it did not come from Stripe */
export function isMissing(error: unknown): boolean {
  const failure = readStripeFailure(error)
  return failure.kind === 'refused' && failure.missing
}
