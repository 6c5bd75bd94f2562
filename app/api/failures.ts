import { type FailureCode, statusOf } from '@/app/web/envelope'
import type { Call } from './describe'

/** The codes that a call may answer, by status. */
export function failuresOf(call: Call): Map<number, FailureCode[]> {
  const codes = new Set<FailureCode>([
    'internal',
    'unavailable',
    // An address that cannot be read, or is too long, is refused before anybody looks whose it is.
    'malformed',
    'uri_too_long',
    // A header with a bad token is refused everywhere else.
    ...(call.isProbe ? [] : (['rate_limited', 'unauthenticated'] as const)),
    ...(call.who === 'anyone' ? [] : (['forbidden'] as const)),
    ...(call.query || call.params ? (['invalid'] as const) : []),
    ...(call.body ? bodyFailures : []),
    ...(call.once ? (['in_progress', 'key_reused'] as const) : []),
    ...(call.method === 'GET' ? [] : (['forbidden'] as const)),
    ...(call.failures ?? []),
  ])
  return Map.groupBy<number, FailureCode>(codes, statusOf)
}

const bodyFailures = ['too_large', 'unsupported_media_type', 'invalid'] as const
