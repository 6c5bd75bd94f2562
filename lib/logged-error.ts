import { errorText } from './error-text'

/** An error as a log line may carry it. */
export interface LoggedError {
  type: string
  message: string
  stack?: string
  code?: string | number
  /** Of a database error: which rule was broken. */
  table?: string
  constraint?: string
  cause?: LoggedError
  /** What an `AggregateError` is made of. */
  errors?: LoggedError[]
}

/** Causes of causes, and errors among errors, that are still told. */
const deepest = 5

/**
 * What a log line says of whatever was thrown. Its other fields stay away: those of a database error hold the values
 * of a row.
 */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: errorText(error) }
  const isTold = depth < deepest
  const inner: unknown[] = isTold && error instanceof AggregateError ? error.errors : []
  const { code, table, constraint } = error as Error & {
    code?: unknown
    table?: unknown
    constraint?: unknown
  }
  return {
    type: error.constructor.name,
    message: errorText(error),
    ...(error.stack !== undefined && { stack: stackOf(error) }),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(typeof table === 'string' && { table }),
    ...(typeof constraint === 'string' && { constraint }),
    ...(isTold && error.cause !== undefined && { cause: loggedError(error.cause, depth + 1) }),
    ...(inner.length > 0 && { errors: inner.map((one) => loggedError(one, depth + 1)) }),
  }
}

/** A stack repeats the message, as it was at first: what stands behind it are the frames. */
function stackOf(error: Error): string {
  const { name, message, stack = '' } = error
  const header = [name, errorText(error)].filter(Boolean).join(': ')
  const repeatedAt = message === '' ? -1 : stack.indexOf(message)
  if (repeatedAt >= 0) return header + stack.slice(repeatedAt + message.length)
  const framesAt = stack.search(/^ {4}at /m)
  return framesAt >= 0 ? `${header}\n${stack.slice(framesAt)}` : header
}
