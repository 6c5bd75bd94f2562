export interface StripeErrorBody {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error'
  code?: string
  message: string
  param?: string
}

/** An answer in Stripe's error form. The package takes an error status without this form as success. */
export class StripeError extends Error {
  readonly status: number
  readonly body: StripeErrorBody
  /** Whether the endpoint had begun: only then is the answer kept under the idempotency key. */
  readonly executed: boolean

  constructor(status: number, body: StripeErrorBody, executed: 'executed' | 'not executed' = 'executed') {
    super(body.message)
    this.status = status
    this.body = body
    this.executed = executed === 'executed'
  }
}

/** 400 for a parameter that fails validation; not kept under the idempotency key. */
export function invalidParam(param: string, message: string, code?: string): StripeError {
  return new StripeError(400, { type: 'invalid_request_error', code, message, param }, 'not executed')
}

/** 400 for a request that is well formed, but not possible in the object's state. */
export function invalidState(message: string, code?: string, param?: string): StripeError {
  return new StripeError(400, { type: 'invalid_request_error', code, message, param })
}

/** 404 for an id in the path; for an id in a parameter use {@link noSuchParam}. */
export function noSuch(kind: string, id: string): StripeError {
  return new StripeError(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${kind}: '${id}'`,
    param: 'id',
  })
}

/** 400 for a parameter that names an object which does not exist. */
export function noSuchParam(kind: string, id: string, param: string): StripeError {
  return invalidParam(param, `No such ${kind}: '${id}'`, 'resource_missing')
}
