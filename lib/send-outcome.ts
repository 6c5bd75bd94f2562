/** What became of one call to a provider. `detail` is for the console: the provider's words, never a secret. */
export type SendOutcome =
  | { kind: 'sent'; providerId: string | null }
  /** The provider said no, and would say so again. */
  | { kind: 'refused'; detail: string }
  /** It was certainly not sent, and may work later. */
  | { kind: 'not_now'; detail: string; retryAfterSeconds?: number }
  /** It may have been sent: no answer, or one that does not tell. */
  | { kind: 'unclear'; detail: string }
