import type { RateLimit, RateLimitName } from '@/lib/config'

/**
 * What is limited, how much of it one caller may have by default, and where it is counted. An address may be a
 * whole office or a phone network, so the defaults stop machines, not crowds.
 */
export const defaultLimits = {
  /** Every request of an address that nothing else below counts. */
  read: { points: 1_200, seconds: 60, counted: 'here' },
  /** "Would so many seats be there?" */
  validation: { points: 300, seconds: 60, counted: 'together' },
  /** Holding seats, changing and giving up a hold. */
  checkout: { points: 300, seconds: 60, counted: 'together' },
  /** Sign-in steps, and tokens that are not good. Guessing is slowed down further by `lib/accounts`. */
  'sign-in': { points: 60, seconds: 60, counted: 'together' },
  /** Calls with one API token, from wherever they come. */
  token: { points: 1_200, seconds: 60, counted: 'here' },
} as const satisfies Record<RateLimitName, RateLimit & { counted: Counted }>

/**
 * `together`: each request is counted in the store that all processes share. `here`: in this process's memory, and
 * exchanged with the others at most once a second, so that a read costs no write.
 */
export type Counted = 'here' | 'together'
