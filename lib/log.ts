import pino, { type Logger } from 'pino'
import { config } from './config'
import { loggedError } from './logged-error'
import { standardOutput } from './standard-output'

/**
 * The process's logger: JSON lines on stdout, level from `LOG_LEVEL`.
 * Log ids, codes, counts and durations; never an email, phone, token, secret or payload. Redaction is the
 * net under that rule, not the rule.
 *
 * @example log().warn({ eventId, code: 'unknown_city' }, 'payment needs a person')
 */
export function log(): Logger {
  root ??= createLogger(config().logLevel)
  return root
}

/** A logger of a given level and destination; `log()` is the one that the product uses. */
export function createLogger(level: string, destination?: pino.DestinationStream): Logger {
  const options: pino.LoggerOptions = {
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    base: {},
    serializers: { err: (error: unknown) => loggedError(error) },
    redact: { paths: redacted, censor: '[redacted]' },
  }
  return pino(options, destination ?? standardOutput())
}

let root: Logger | undefined

const privateKeys = [
  'email',
  'phone',
  'token',
  'holdToken',
  'password',
  'secret',
  'authorization',
  'cookie',
  'payload',
  'rawBody',
  'connectionString',
]

const redacted = privateKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`])
