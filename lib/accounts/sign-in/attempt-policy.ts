/** How attempts on one thing are slowed down: free ones first, then waits that double. */
export interface AttemptPolicy {
  /** Failures in a row without any wait. */
  free: number
  firstWaitSeconds: number
  longestWaitSeconds: number
  /** A pause of this long makes a clean slate. Longer than the longest wait, or waiting would be enough. */
  forgetAfterSeconds: number
}

export const attemptPolicies = {
  /** Guesses of one account's password, from wherever they come. */
  account: { free: 5, firstWaitSeconds: 2, longestWaitSeconds: 15 * 60, forgetAfterSeconds: 24 * 3600 },
  /** Guesses from one address, at whatever accounts; an office behind one address shares it. */
  address: { free: 20, firstWaitSeconds: 2, longestWaitSeconds: 15 * 60, forgetAfterSeconds: 3600 },
  /** Guesses of a second factor by somebody who knows the password: six digits are few. */
  secondFactor: { free: 5, firstWaitSeconds: 10, longestWaitSeconds: 3600, forgetAfterSeconds: 24 * 3600 },
  /** Tries to add a second factor by somebody who is signed in. */
  enrolment: { free: 5, firstWaitSeconds: 10, longestWaitSeconds: 3600, forgetAfterSeconds: 24 * 3600 },
} as const satisfies Record<string, AttemptPolicy>

/**
 * @param failures in a row, the newest included
 * @returns seconds until the next attempt is let through
 */
export function waitAfter(failures: number, policy: AttemptPolicy): number {
  const beyond = failures - policy.free
  if (beyond < 0) return 0
  // 2^30 is far beyond any longest wait, and still a number that can be multiplied.
  return Math.min(policy.longestWaitSeconds, policy.firstWaitSeconds * 2 ** Math.min(beyond, 30))
}
