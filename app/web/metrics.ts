import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { readOperationFigures } from '@/lib/operation-figures'
import type { Acceptance } from '@/lib/stripe/accept-event'
import { isMethod } from './methods'

/** This process's figures in Prometheus's text format, with those of the shop as a whole. */
export async function readMetrics(): Promise<{ contentType: string; text: string }> {
  return { contentType: figures().registry.contentType, text: await figures().registry.metrics() }
}

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
  const shop = new Gauge({
    name: 'sixfb_operation',
    help: 'Figures of the shop as a whole, read from the database; absent while it is away. alerts_failed: alerts of the last seven days that did not reach somebody. reconciled_seconds_ago: since everything was last compared with Stripe.',
    labelNames: ['figure'],
    registers,
    async collect() {
      this.reset()
      const read = await readOperationFigures().catch(() => null)
      for (const [figure, value] of Object.entries(read ?? {}))
        if (value !== null) this.set({ figure }, value)
    },
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
