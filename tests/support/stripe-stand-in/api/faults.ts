/** What goes wrong with a call of the API. */
export type FaultKind =
  /** Answers `status`; nothing was executed, nothing is kept under the idempotency key. */
  | 'status'
  /** Answers `status` and keeps that answer under the idempotency key, as Stripe does once execution began. */
  | 'status-kept'
  /** Executes, keeps the true answer, and answers `status` all the same. */
  | 'status-after'
  /** Waits `delayMs` (default 60 s), then breaks the connection; nothing was executed. */
  | 'timeout'
  /** Executes, then waits `delayMs`, then breaks the connection. */
  | 'timeout-after'
  /** Breaks the connection at once. The `stripe` package repeats such a call once by itself. */
  | 'disconnect-before'
  /** Executes, then breaks the connection. */
  | 'disconnect-after'
  /** Answers properly, `delayMs` later; meanwhile the idempotency key is in use. */
  | 'slow'
  /** Executes, then answers properly, `delayMs` later. */
  | 'slow-after'

export interface Fault {
  /** Method and path, such as `POST /v1/checkout/sessions`; `*` stands for any characters. */
  match: string
  kind: FaultKind
  /** Default 500. */
  status?: number
  /** Stripe's error code, such as `email_invalid`; default none. */
  code?: string
  delayMs?: number
  /** How often it strikes; default once, with `every` without end. */
  times?: number
  /** Strikes only every nth matching call; default each. */
  every?: number
}

/** The faults that are set, with their counts. */
export function createFaults() {
  let active: Array<{ fault: Fault; pattern: RegExp; seen: number; struck: number }> = []

  return {
    add: (fault: Fault) => {
      active.push({ fault, pattern: matcherOf(fault.match), seen: 0, struck: 0 })
    },
    clear: () => {
      active = []
    },
    /** The fault that strikes this call, if any. */
    take: (method: string, path: string): Fault | null => {
      for (const entry of active) {
        const { every = 1, times = every > 1 ? Infinity : 1 } = entry.fault
        if (!entry.pattern.test(`${method} ${path}`) || entry.struck >= times) continue
        entry.seen += 1
        if (entry.seen % every !== 0) continue
        entry.struck += 1
        return entry.fault
      }
      return null
    },
  }
}

export type Faults = ReturnType<typeof createFaults>

/** For `METHOD /path` with `*` for any characters. */
export function matcherOf(match: string): RegExp {
  const escaped = match.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
  return new RegExp(`^${escaped}$`)
}
