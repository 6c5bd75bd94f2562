import Stripe from 'stripe'
import { config } from '@/lib/config'
import { log } from '@/lib/log'

/** How far a signature's time may be off, in either direction. https://docs.stripe.com/webhooks#replay-attacks */
const signatureToleranceSeconds = 300
/** How often the log says that webhooks are refused: strangers may send as many as they like. */
const quietMs = 60_000

/**
 * The body's value, if any of the configured secrets signed it and its time is near. Where a signature is refused the log
 * says why: most likely a setting of ours, or our clock, keeps all webhooks out.
 */
export function verifyWebhook(rawBody: string, signature: string | null): { value: unknown } | null {
  if (!signature) return null
  const isSigned = (toleranceSeconds: number) =>
    config().stripe.webhookSecrets.some((secret) =>
      isSignedBy(secret, { rawBody, signature, toleranceSeconds }),
    )
  if (isSigned(signatureToleranceSeconds) && !isFromTheFuture(signature)) return { value: parseJson(rawBody) }
  // Without a tolerance the library does not look at the time.
  tellOfRefusal(
    isSigned(0)
      ? 'Stripe signed it more than five minutes from now: is the clock of this machine right, and is it no old one?'
      : 'no secret in STRIPE_WEBHOOK_SECRET signed it',
  )
  return null
}

function isSignedBy(
  secret: string,
  webhook: { rawBody: string; signature: string; toleranceSeconds: number },
): boolean {
  const { rawBody, signature, toleranceSeconds } = webhook
  try {
    return verifier.verifyHeader(rawBody, signature, secret, toleranceSeconds)
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false
    throw error
  }
}

// Not `constructEvent`: it throws plain errors if the signature is good but the body is no event.
const verifier = readVerifier()

function readVerifier() {
  const { signature } = Stripe.webhooks
  if (!signature) throw new Error('The Stripe client cannot verify signatures')
  return signature
}

/** Undefined for what is no JSON: the envelope's schema refuses it. */
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

// The library only refuses times that are too old.
function isFromTheFuture(signature: string): boolean {
  const time = Number(/(?:^|,)\s*t=(\d+)/.exec(signature)?.[1])
  return !(time <= Date.now() / 1000 + signatureToleranceSeconds)
}

let toldAt = -Infinity

function tellOfRefusal(detail: string): void {
  if (performance.now() - toldAt < quietMs) return
  toldAt = performance.now()
  log().warn({ code: 'webhook_refused', detail }, 'a webhook was refused')
}
