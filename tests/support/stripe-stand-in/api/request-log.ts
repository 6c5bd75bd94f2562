import type { Form } from './form'

/** One call of the API, for assertions. */
export interface LoggedRequest {
  requestId: string
  /** ISO 8601, by the machine's clock. */
  at: string
  method: string
  path: string
  idempotencyKey: string | null
  params: Form
  /** The answer's status; null when the connection was broken or is still open. */
  status: number | null
  replayed: boolean
  fault: string | null
}

const KEPT = 20_000

export function createRequestLog() {
  let entries: LoggedRequest[] = []
  return {
    add: (entry: LoggedRequest): LoggedRequest => {
      entries.push(entry)
      if (entries.length > 2 * KEPT) entries = entries.slice(-KEPT)
      return entry
    },
    all: (): LoggedRequest[] => [...entries],
    clear: () => {
      entries = []
    },
  }
}

export type RequestLog = ReturnType<typeof createRequestLog>
