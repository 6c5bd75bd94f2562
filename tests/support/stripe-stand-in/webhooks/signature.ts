import { createHmac } from 'node:crypto'

export interface SignOptions {
  /** One `v1` for each secret, in this order; default: the stand-in's own choice. */
  secrets?: readonly string[]
  /** How old the signature's time is, by the machine's clock; negative lies in the future. Default 0. */
  ageSeconds?: number
  /** Spoils the signature and keeps its form. */
  badSignature?: boolean
}

/** The `Stripe-Signature` header for a body (https://docs.stripe.com/webhooks#verify-manually). */
export function signatureHeader(body: string, secrets: readonly string[], options: SignOptions = {}): string {
  const time = Math.floor(Date.now() / 1000) - (options.ageSeconds ?? 0)
  const signatures = (options.secrets ?? secrets).map((secret) => {
    const key = options.badSignature ? `not ${secret}` : secret
    return `v1=${createHmac('sha256', key).update(`${time}.${body}`, 'utf8').digest('hex')}`
  })
  return [`t=${time}`, ...signatures].join(',')
}
