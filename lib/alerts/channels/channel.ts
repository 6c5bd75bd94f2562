import type { AlertChannel } from '@/db/tables/alerts'
import { longestMailMs } from '@/lib/mail-limits'
import type { SendOutcome } from '@/lib/send-outcome'
import type { AlertMessage } from '../message'

/** A way to reach people. Finding and sending together end within the channel's `callTimeoutMs`. */
export interface Channel {
  send(message: AlertMessage, target: string): Promise<SendOutcome>
  /**
   * Whether an earlier call did send this message, where the provider can tell. Without it, a message whose fate
   * is unclear is sent once more.
   */
  find?(message: AlertMessage, target: string): Promise<SendOutcome | undefined>
}

/** How long the calls to a provider for one message may take. */
export const callTimeoutMs: Record<AlertChannel, number> = {
  slack: 15_000,
  sms: 15_000,
  email: longestMailMs,
}

/** The answer to an HTTP status that is no success. */
export function outcomeOfStatus(status: number, detail: string, retryAfter?: string | null): SendOutcome {
  if (status === 408 || status === 429) {
    const seconds = Number(retryAfter)
    return {
      kind: 'not_now',
      detail,
      ...(seconds > 0 ? { retryAfterSeconds: Math.min(seconds, 3_600) } : {}),
    }
  }
  return status >= 500 ? { kind: 'unclear', detail } : { kind: 'refused', detail }
}

/** Errors of a connection that was never made. */
export function neverConnected(code: unknown): boolean {
  return connectFailures.has(code)
}

const connectFailures = new Set<unknown>([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  // Of `fetch`.
  'UND_ERR_CONNECT_TIMEOUT',
])

/** The code of a failed call, or of what caused it, such as `ECONNREFUSED`. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const own = (error as NodeJS.ErrnoException).code
  return own ?? codeOf(error.cause)
}
