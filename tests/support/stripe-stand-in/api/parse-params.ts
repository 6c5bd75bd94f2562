import type { z } from 'zod'
import { invalidParam, type StripeError } from '../stripe/error'
import { paramName, type Form, type FormValue } from './form'

/** Checks the parameters. @throws StripeError 400 with Stripe's code and the name of the first one at fault. */
export function parseParams<T extends z.ZodType>(schema: T, form: Form): z.output<T> {
  const result = schema.safeParse(form)
  if (result.success) return result.data
  const issues = result.error.issues
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  throw issue ? asStripeError(issue, form) : invalidParam('', 'Invalid request')
}

function asStripeError(issue: z.core.$ZodIssue, form: Form): StripeError {
  if (issue.code === 'unrecognized_keys') {
    const unknown = paramName([...issue.path, issue.keys[0] ?? ''])
    return invalidParam(unknown, `Received unknown parameter: ${unknown}`, 'parameter_unknown')
  }
  const param = paramName(issue.path)
  const given = valueAt(form, issue.path)
  if (given === undefined)
    return invalidParam(param, `Missing required param: ${param}.`, 'parameter_missing')
  if (given === '') {
    return invalidParam(param, `You passed an empty string for '${param}'.`, 'parameter_invalid_empty')
  }
  if (issue.code === 'invalid_value') {
    return invalidParam(param, `Invalid ${param}: must be one of ${issue.values.join(', ')}`)
  }
  if (issue.code === 'custom') {
    const code: unknown = issue.params?.['code']
    return invalidParam(param, issue.message, typeof code === 'string' ? code : undefined)
  }
  return invalidParam(param, `Invalid ${param}: ${issue.message}`)
}

function valueAt(form: Form, path: readonly PropertyKey[]): FormValue | undefined {
  let value: FormValue | undefined = form
  for (const part of path) {
    if (typeof value !== 'object') return undefined
    value = Object.entries(value).find(([key]) => key === String(part))?.[1]
  }
  return value
}
