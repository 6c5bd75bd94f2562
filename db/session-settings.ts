/** PostgreSQL's settings of a session, by name. */
export type SessionSettings = Record<string, string | number>

export interface SessionLimits {
  /** How long any statement may run, 30 s by default; 0 for as long as it takes. */
  statementTimeoutMs?: number | undefined
  /** How long it waits for a lock, 5 s by default; 0 for as long as it may run. */
  lockTimeoutMs?: number | undefined
}

/** How long a statement waits for a row that another transaction has locked before it gives up with 55P03. */
export const lockTimeoutMs = 5_000
/** How long a statement of web and worker may run. */
const defaultStatementTimeoutMs = 30_000

/**
 * What bounds the waits of a session: for a lock, for a statement, for its answer, and for what a transaction does next.
 * A session outside of one may be idle for as long as it likes, also where the host would end it for that: a lock would
 * end with it, and a pool would hand out what is just being closed.
 */
export function boundedSession(
  address: string,
  limits: SessionLimits = {},
  others: SessionSettings = {},
): { connectionString: string; options: string; query_timeout: number } {
  const { statementTimeoutMs = defaultStatementTimeoutMs } = limits
  const settings = {
    TimeZone: 'UTC',
    lock_timeout: limits.lockTimeoutMs ?? lockTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: 60_000,
    idle_session_timeout: 0,
    ...others,
  }
  // 0 is no limit.
  return { ...withSettings(address, settings), query_timeout: answerTimeoutMs(statementTimeoutMs) }
}

/**
 * An address, and what each session begins with: the settings that the address asks for by `options`, and ours after
 * them. Of a setting that is named twice PostgreSQL takes the last; `pg` would let the `options` of the address replace
 * ours as a whole, time-outs and all. A time-out that the address names as a parameter would replace ours as well, since
 * PostgreSQL takes those after all options: where it is one of ours, the address loses it.
 */
export function withSettings(
  address: string,
  settings: SessionSettings,
): { connectionString: string; options: string } {
  const ours = Object.entries(settings)
    // A space ends an option, unless a backslash is before it.
    .map(([name, value]) => `-c ${name}=${String(value).replaceAll(' ', '\\ ')}`)
    .join(' ')
  const queryAt = address.indexOf('?')
  const query = new URLSearchParams(queryAt < 0 ? '' : address.slice(queryAt + 1))
  const theirs = query.getAll('options').at(-1)
  const replaced = ['options', clientTimeout, ...Object.keys(settings)].filter((name) => query.has(name))
  if (replaced.length === 0) return { connectionString: address, options: ours }
  for (const name of replaced) query.delete(name)
  return {
    connectionString: `${address.slice(0, queryAt)}?${query}`,
    options: theirs === undefined ? ours : `${theirs} ${ours}`,
  }
}

/** How long `pg` itself waits for an answer. Whoever connects says it, by its own time-out of statements. */
const clientTimeout = 'query_timeout'

/**
 * How long to wait for a statement's answer. PostgreSQL itself keeps to the statement's own limit. After this
 * longer time there is no PostgreSQL behind the connection any more.
 */
function answerTimeoutMs(statementTimeoutMs: number): number {
  return (statementTimeoutMs * 4) / 3
}
