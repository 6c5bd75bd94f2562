import { formatExactly } from '@/app/format/dates'
import type { CurrentSession, SessionSummary } from '@/lib/accounts'

/** A session of an account in the console's list. */
export interface SessionRow {
  id: string
  /** The one that the page is read in. */
  isThis: boolean
  device: string
  address: string
  seen: string
}

/** @param current the session that the page is read in */
export function presentSessions(
  sessions: readonly SessionSummary[],
  current: Pick<CurrentSession, 'sessionId'>,
): SessionRow[] {
  return sessions.map(({ id, address, userAgent, lastSeenAt }) => ({
    id,
    isThis: id === current.sessionId,
    device: deviceOf(userAgent),
    address,
    seen: formatExactly(lastSeenAt, 'UTC'),
  }))
}

/** `Firefox on Windows`, as far as the browser says. */
function deviceOf(userAgent: string): string {
  const first = (names: readonly (readonly [RegExp, string])[]) =>
    names.find(([pattern]) => pattern.test(userAgent))?.[1]
  const browser = first(browsers) ?? 'A browser'
  const system = first(systems)
  return system ? `${browser} on ${system}` : browser
}

// Browsers name the ones they descend from, too: the youngest first.
const browsers = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
] as const

const systems = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
] as const
