import { isRefusedConnection } from '@/lib/refused-connection'

/**
 * Whether an error means "the database cannot answer now", which callers meet as 503 and may try again.
 * Looks through causes and aggregates. Codes: Node's system errors and PostgreSQL's appendix A.
 */
export function isUnavailable(error: unknown): boolean {
  return reasons(error, 0).some(
    ({ code, message }) =>
      codes.has(code) || isRefusedConnection(code) || messages.some((text) => text.test(message)),
  )
}

const codes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  // connection exceptions
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
  // admin_shutdown, crash_shutdown, cannot_connect_now, idle_session_timeout
  '57P01',
  '57P02',
  '57P03',
  '57P05',
  // disk_full, out_of_memory, too_many_connections
  '53100',
  '53200',
  '53300',
  // read_only_sql_transaction: a server that only follows another by now
  '25006',
  // deadlock_detected, lock_not_available, query_canceled (statement_timeout)
  '40P01',
  '55P03',
  '57014',
])

// pg gives these no code.
const messages = [
  /^Connection terminated/,
  /^timeout exceeded when trying to connect$/,
  /^Client has encountered a connection error/,
  /^Query read timeout$/,
  /^The server does not support SSL connections$/,
  /^Cannot use a pool after calling end/,
  /^driver has already been destroyed/,
]

function reasons(error: unknown, depth: number): { code: string; message: string }[] {
  if (!(error instanceof Error) || depth > 5) return []
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const inner: unknown[] = error instanceof AggregateError ? error.errors : []
  return [
    { code, message: error.message },
    ...[error.cause, ...inner].flatMap((one) => reasons(one, depth + 1)),
  ]
}
