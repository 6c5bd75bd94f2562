export interface StripeStandInOptions {
  /** Default 0: a free one. The address is always 127.0.0.1. */
  port?: number
  /** Where events are delivered to; http on this machine only. May be set later by `control.setWebhooks`. */
  webhookUrls?: readonly string[]
  /** Signs the events. Of several the first does, unless `sign` is `all` (as while a secret is rotated). */
  webhookSecret: string | readonly string[]
  sign?: 'all' | 'first'
  /** What payment pages' addresses begin with; default `http://127.0.0.1:<port>`. */
  publicUrl?: string
  /** `manual`: events are recorded, and delivered only by `control.deliver`. Default `auto`. */
  deliver?: 'auto' | 'manual'
  /** Event types that are delivered; default all. */
  enabledEvents?: readonly string[]
  /** Pauses before the 2nd, 3rd, … attempt of a delivery. */
  retryDelaysMs?: readonly number[]
  deliveryTimeoutMs?: number
  deliveryConcurrency?: number
  /** What objects and events carry as `livemode`; default false. */
  livemode?: boolean
  /** A JSON file that keeps the state over restarts. */
  stateFile?: string
  /** Gets one line for each delivery that failed and each unexpected error. Default: silence. */
  log?: (line: string) => void
}

/** Stripe retries for three days; a developer's patience is shorter. About nine minutes in all. */
export const RETRY_DELAYS_MS: readonly number[] = [
  200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 120_000, 300_000,
]
