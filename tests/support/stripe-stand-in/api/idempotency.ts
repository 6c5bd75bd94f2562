import { invalidParam, StripeError } from '../stripe/error'
import type { IdempotencyEntry, KeptAnswer } from '../store'
import type { World } from '../world'

const KEPT_SECONDS = 24 * 60 * 60
const MAX_KEY_LENGTH = 255

export type Begin =
  | { kind: 'first'; keep: (answer: KeptAnswer) => void; forget: () => void }
  | { kind: 'replay'; answer: KeptAnswer }

/**
 * Stripe's rules for an idempotency key (https://docs.stripe.com/api/idempotent_requests): the first answer is
 * kept once the endpoint began, errors and 500 included, and sent again for 24 hours; parameters that fail
 * validation keep nothing.
 * @throws StripeError 400 for the same key with another path or parameters; 409 while the first is in progress.
 */
export function beginIdempotent(
  world: World,
  request: { key: string; method: string; path: string; fingerprint: string },
): Begin {
  const { key, method, path, fingerprint } = request
  if (key.length > MAX_KEY_LENGTH) {
    throw invalidParam('Idempotency-Key', 'Idempotency keys can have up to 255 characters.')
  }
  const now = world.clock.nowSeconds()
  const known = world.store.idempotency.get(key)
  if (!known || known.created + KEPT_SECONDS <= now) {
    const entry: IdempotencyEntry = { id: key, method, path, fingerprint, created: now, answer: null }
    world.store.idempotency.set(key, entry)
    return {
      kind: 'first',
      keep: (answer) => {
        entry.answer = answer
      },
      forget: () => {
        if (world.store.idempotency.get(key) === entry) world.store.idempotency.delete(key)
      },
    }
  }
  if (known.method !== method || known.path !== path)
    throw misuse(key, `for the same endpoint ('${known.path}')`)
  if (known.fingerprint !== fingerprint) throw misuse(key, 'with the same parameters')
  if (known.answer === null) throw inUse(key)
  return { kind: 'replay', answer: known.answer }
}

function misuse(key: string, how: string): StripeError {
  return new StripeError(
    400,
    {
      type: 'idempotency_error',
      message: `Keys for idempotent requests can only be used ${how} they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    },
    'not executed',
  )
}

function inUse(key: string): StripeError {
  return new StripeError(
    409,
    {
      type: 'idempotency_error',
      code: 'idempotency_key_in_use',
      message: `There is currently another in-progress request using this Idempotent Key: ${key}. Please try again later.`,
    },
    'not executed',
  )
}
