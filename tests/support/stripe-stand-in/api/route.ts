import { z } from 'zod'
import type { Cause, World } from '../world'
import { expanded } from './expand'
import type { Form } from './form'
import { parseParams } from './parse-params'

export interface Call {
  world: World
  /** The id in the path; empty where the path has none. */
  id: string
  cause: Cause
}

export interface Route {
  method: 'GET' | 'POST'
  pattern: RegExp
  /** Checks the parameters (not kept under an idempotency key) and returns the execution (kept). */
  prepare: (form: Form) => (call: Call) => unknown
}

const expandParam = z.strictObject({ expand: z.array(z.string()).max(20).optional() })

/** A route of Stripe's API: strict parameters, then the handler, then `expand`. */
export function route<T extends z.ZodType>(
  method: Route['method'],
  path: string,
  schema: T,
  handler: (call: Call, params: z.output<T>) => unknown,
): Route {
  return {
    method,
    pattern: new RegExp(`^${path.replace(':id', '([^/]+)')}$`),
    prepare: ({ expand, ...form }) => {
      const paths = parseParams(expandParam, expand === undefined ? {} : { expand }).expand
      const params = parseParams(schema, form)
      return (call) => expanded(call.world, handler(call, params), paths)
    },
  }
}

/** For routes without parameters of their own. */
export const noParams = z.strictObject({})
