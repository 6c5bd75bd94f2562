import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { type OperationFigures, readOperationFigures } from '@/lib/operation-figures'
import type { Acceptance } from '@/lib/stripe/accept-event'
import { isMethod } from './methods'

/**
 * This process's figures in Prometheus's text format, with those of the shop as a whole, which have no value while the
 * database is away.
 */
export async function readMetrics(): Promise<{ contentType: string; text: string }> {
  const read = await readOperationFigures().catch(() => null)
  for (const { figure, gauge } of figures().shop) {
    const value = read?.[figure] ?? null
    if (value === null) gauge.remove()
    else gauge.set(value)
  }
  return { contentType: figures().registry.contentType, text: await figures().registry.metrics() }
}

/** Of the shop as a whole: their names, and what they say. */
const shopFigures = {
  seatsSold: ['seats_sold', 'Seats sold.'],
  seatsHeld: ['seats_held', 'Seats in checkouts.'],
  eventsWaiting: ['events_waiting', "Events of Stripe's that wait for the worker."],
  oldestEventSeconds: [
    'oldest_event_age_seconds',
    'How long the oldest of them has waited; 0 where none does.',
  ],
  exceptionsOpen: ['exceptions_open', 'Payments that wait for a decision.'],
  disputesOpen: ['disputes_open', 'Payments that a bank disputes, undecided.'],
  queuesLate: ['queues_late', 'Queues where work waits for a minute and no worker takes it.'],
  deadLetters: ['dead_letters', 'Jobs that have failed for good.'],
  alertsFailed: ['alerts_failed', 'Alerts of the last seven days that did not reach somebody.'],
  auditDifferences: ['audit_differences', 'Differences that the latest audits found.'],
  reconciledSecondsAgo: [
    'reconciliation_age_seconds',
    'Since everything was last compared with Stripe; absent until a worker was up.',
  ],
} as const satisfies Record<keyof OperationFigures, readonly [name: string, help: string]>

/** Counts an answered request. @param request.seconds how long it took */
export function countRequest(request: {
  method: string
  route: string
  status: number
  seconds: number
}): void {
  const { route, status, seconds } = request
  // Labels must be few.
  const method = isMethod(request.method) ? request.method : 'other'
  figures().requests.observe({ method, route, status: String(status) }, seconds)
}

/** Counts an event stream that begins (1) or ends (-1). */
export function countStream(change: 1 | -1): void {
  figures().streams.inc(change)
}

export function countLimited(limit: string): void {
  figures().limited.inc({ limit })
}

export function countWebhook(outcome: Acceptance['status']): void {
  figures().webhooks.inc({ outcome })
}

// The pages are a bundle of their own, with its own copy of this module; a process has one set of figures.
const shared = globalThis as typeof globalThis & { __figures?: ReturnType<typeof createFigures> }

function figures() {
  return (shared.__figures ??= createFigures())
}

function createFigures() {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const names = Object.keys(shopFigures) as (keyof OperationFigures)[]
  const shop = names.map((figure) => {
    const [name, help] = shopFigures[figure]
    return { figure, gauge: new Gauge({ name: `sixfb_${name}`, help, registers }) }
  })
  return {
    registry,
    shop,
    requests: new Histogram({
      name: 'sixfb_http_request_seconds',
      help: 'Answered requests and how long they took.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    }),
    streams: new Gauge({ name: 'sixfb_event_streams', help: 'Open event streams.', registers }),
    limited: new Counter({
      name: 'sixfb_rate_limited_total',
      help: 'Requests refused by a rate limit.',
      labelNames: ['limit'],
      registers,
    }),
    webhooks: new Counter({
      name: 'sixfb_webhooks_total',
      help: "Stripe's webhooks by what became of them; those that met an absent database are counted as requests.",
      labelNames: ['outcome'],
      registers,
    }),
  }
}
