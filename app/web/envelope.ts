import type { RequestContext } from './request-context'

/** Every code an API answer may carry, with its status. The one place where a code meets HTTP. */
const statuses = {
  malformed: 400,
  bad_signature: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  unknown_city: 404,
  unknown_reservation: 404,
  method_not_allowed: 405,
  not_on_sale: 409,
  insufficient_stock: 409,
  hold_limit: 409,
  in_conflict: 409,
  in_progress: 409,
  key_reused: 409,
  too_large: 413,
  uri_too_long: 414,
  unsupported_media_type: 415,
  invalid: 422,
  rate_limited: 429,
  internal: 500,
  change_failed: 500,
  busy: 503,
  unavailable: 503,
  payment_unavailable: 503,
} as const satisfies Record<string, number>

export type FailureCode = keyof typeof statuses

export const failureCodes = Object.keys(statuses) as FailureCode[]

/** Seconds after which a caller may try again when we could not serve it. */
export const retryAfterSeconds = 2

export interface Failure {
  code: FailureCode
  /** For people: what is wrong and what to do. */
  message: string
  /** Public facts that help the caller. */
  data?: Record<string, unknown>
  headers?: Record<string, string>
}

/** The HTTP status of a failure. */
export function statusOf(code: FailureCode): number {
  return statuses[code]
}

/** 429, with when to come back. */
export function rateLimited(seconds: number): Failure {
  return {
    code: 'rate_limited',
    message: `Too many requests. Try again in ${seconds} s.`,
    headers: { 'Retry-After': String(seconds) },
  }
}

/** `{ "success": true, "data": … }` */
export function success(data: unknown): Response {
  return jsonResponse(JSON.stringify({ success: true, data }), 200)
}

/** `{ "success": false, "error": "…", "code": "…", "requestId": "…" }` with the status of the code. */
export function failure({ requestId }: Pick<RequestContext, 'requestId'>, failed: Failure): Response {
  return jsonResponse(failureText(requestId, failed), statuses[failed.code], failureHeaders(failed))
}

/** What a failure says besides its body. */
export function failureHeaders({ code, headers }: Failure): Record<string, string> {
  const status = statuses[code]
  return {
    ...(status === 503 ? { 'Retry-After': String(retryAfterSeconds) } : {}),
    ...(status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}),
    ...headers,
  }
}

/** The body of a failure. */
export function failureText(requestId: string, { code, message: error, data }: Failure): string {
  return JSON.stringify({ success: false, error, code, requestId, data })
}

/** 405 for a path that knows other methods. */
export function methodNotAllowed(
  context: Pick<RequestContext, 'requestId'>,
  allowed: readonly string[],
): Response {
  const methods = allowed.join(', ')
  return failure(context, {
    code: 'method_not_allowed',
    message: `This address answers ${methods} only.`,
    headers: { Allow: methods },
  })
}

/** A JSON answer that no cache keeps, unless the headers say otherwise. */
export function jsonResponse(body: string, status: number, headers: Record<string, string> = {}): Response {
  return new Response(body, {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store', ...headers },
  })
}
