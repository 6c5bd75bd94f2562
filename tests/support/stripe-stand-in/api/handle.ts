import type { IncomingMessage, ServerResponse } from 'node:http'
import { disconnect, pause, send } from '../http-exchange'
import { newId } from '../random'
import { StripeError } from '../stripe/error'
import type { KeptAnswer } from '../store'
import type { World } from '../world'
import { catalogRoutes } from './catalog-routes'
import { checkoutRoutes } from './checkout-routes'
import { eventRoutes } from './event-routes'
import type { Fault, Faults } from './faults'
import { parseForm } from './form'
import { beginIdempotent, type Begin } from './idempotency'
import { paymentRoutes } from './payment-routes'
import type { LoggedRequest, RequestLog } from './request-log'
import type { Call, Route } from './route'

const ROUTES: readonly Route[] = [...checkoutRoutes, ...paymentRoutes, ...catalogRoutes, ...eventRoutes]
const ENDLESS_MS = 60_000

export interface Api {
  world: World
  faults: Faults
  log: RequestLog
  latencyMs: () => number
}

interface Answer {
  status: number
  body: string
  headers?: Record<string, string>
}

/** Answers one call of Stripe's API. */
export async function handleApi(
  api: Api,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  body: string,
): Promise<void> {
  const method = request.method ?? 'GET'
  const key = method === 'POST' ? header(request, 'idempotency-key') : null
  const entry = api.log.add({
    requestId: newId('req'),
    at: new Date().toISOString(),
    method,
    path: url.pathname,
    idempotencyKey: key,
    params: parseForm(method === 'POST' ? body : url.search.slice(1)),
    status: null,
    replayed: false,
    fault: null,
  })
  const fault = api.faults.take(method, url.pathname)
  entry.fault = fault?.kind ?? null
  if (fault && (await strikeBefore(fault, entry, response))) return

  const answer = await answerTo(api, request, response, entry, fault)
  if (fault && (await strikeAfter(fault, entry, response))) return
  reply(response, entry, answer)
}

/** Faults that keep the call from being executed. Whether it is dealt with. */
async function strikeBefore(fault: Fault, entry: LoggedRequest, response: ServerResponse): Promise<boolean> {
  if (fault.kind === 'status') {
    reply(response, entry, errorAnswer(faultError(fault)))
    return true
  }
  if (fault.kind !== 'timeout' && fault.kind !== 'disconnect-before') return false
  if (fault.kind === 'timeout') await pause(response, fault.delayMs ?? ENDLESS_MS)
  disconnect(response)
  return true
}

/** Faults that hide a proper answer. Whether it is dealt with. */
async function strikeAfter(fault: Fault, entry: LoggedRequest, response: ServerResponse): Promise<boolean> {
  if (fault.kind === 'status-after') {
    reply(response, entry, errorAnswer(faultError(fault)))
    return true
  }
  if (fault.kind === 'slow-after') {
    await pause(response, fault.delayMs ?? 0)
    return false
  }
  if (fault.kind !== 'timeout-after' && fault.kind !== 'disconnect-after') return false
  if (fault.kind === 'timeout-after') await pause(response, fault.delayMs ?? ENDLESS_MS)
  disconnect(response)
  return true
}

async function answerTo(
  api: Api,
  request: IncomingMessage,
  response: ServerResponse,
  entry: LoggedRequest,
  fault: Fault | null,
): Promise<Answer> {
  let begun: Begin | null = null
  try {
    checkKey(header(request, 'authorization'))
    const { route, id } = findRoute(entry.method, entry.path)
    const key = entry.idempotencyKey
    if (key !== null) {
      begun = beginIdempotent(api.world, {
        key,
        method: entry.method,
        path: entry.path,
        fingerprint: JSON.stringify(entry.params),
      })
    }
    if (begun?.kind === 'replay') return replay(begun.answer, entry)
    const execute = route.prepare(entry.params)
    const delay = api.latencyMs() + (fault?.kind === 'slow' ? (fault.delayMs ?? 0) : 0)
    if (delay > 0) await pause(response, delay)
    if (fault?.kind === 'status-kept') throw faultError(fault)
    api.world.tick()
    const cause: Call['cause'] = { id: entry.requestId, idempotency_key: key }
    const result = execute({ world: api.world, id, cause })
    return kept(begun, entry, { status: 200, body: JSON.stringify(result, null, 2) })
  } catch (error) {
    return failed(begun, entry, error)
  }
}

function kept(begun: Begin | null, entry: LoggedRequest, answer: Answer): Answer {
  if (begun?.kind === 'first') begun.keep({ ...answer, requestId: entry.requestId })
  return answer
}

function failed(begun: Begin | null, entry: LoggedRequest, error: unknown): Answer {
  if (!(error instanceof StripeError)) {
    if (begun?.kind === 'first') begun.forget()
    throw error
  }
  const answer = errorAnswer(error)
  if (error.executed) return kept(begun, entry, answer)
  if (begun?.kind === 'first') begun.forget()
  return answer
}

function replay(answer: KeptAnswer, entry: LoggedRequest): Answer {
  entry.replayed = true
  const headers = { 'idempotent-replayed': 'true', 'original-request': answer.requestId }
  return { status: answer.status, body: answer.body, headers }
}

function reply(response: ServerResponse, entry: LoggedRequest, answer: Answer): void {
  entry.status = answer.status
  send(response, answer.status, answer.body, {
    'content-type': 'application/json',
    'request-id': entry.requestId,
    ...(entry.idempotencyKey === null ? {} : { 'idempotency-key': entry.idempotencyKey }),
    ...answer.headers,
  })
}

function errorAnswer(error: StripeError): Answer {
  return { status: error.status, body: JSON.stringify({ error: error.body }, null, 2) }
}

function faultError(fault: Fault): StripeError {
  const status = fault.status ?? 500
  if (status === 429) {
    const message = 'Too many requests hit the API too quickly.'
    return new StripeError(429, { type: 'invalid_request_error', code: 'rate_limit', message })
  }
  const type = status >= 500 ? 'api_error' : 'invalid_request_error'
  return new StripeError(status, { type, code: fault.code, message: 'An error that the test asked for.' })
}

function findRoute(method: string, path: string): { route: Route; id: string } {
  for (const route of ROUTES) {
    const match = route.method === method ? route.pattern.exec(path) : null
    if (match) return { route, id: decodeURIComponent(match[1] ?? '') }
  }
  const message = `Unrecognized request URL (${method}: ${path}). The stand-in may not know it yet.`
  throw new StripeError(404, { type: 'invalid_request_error', message }, 'not executed')
}

/** Any secret or restricted test key will do. @throws StripeError 401 */
function checkKey(authorization: string | null): void {
  const key = authorization?.match(/^Bearer (.*)$/)?.[1]
  if (key && /^(sk|rk)_(test|live)_\w+$/.test(key)) return
  const message = key ? 'Invalid API Key provided.' : 'You did not provide an API key.'
  throw new StripeError(401, { type: 'invalid_request_error', message }, 'not executed')
}

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name]
  return typeof value === 'string' ? value : null
}
