/** Waits in vain for rows that somebody keeps locked, and what the last one ended with. */
export interface LockWaits {
  count: number
  error?: unknown
}

/** After so many waits for locked rows in vain a batch tries later whatever is behind a lock. */
export const mostLockWaits = 5
