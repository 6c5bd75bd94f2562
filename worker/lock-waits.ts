/** How often a batch has waited in vain for locked rows, and the error that the last wait ended with. */
export interface LockWaits {
  count: number
  error?: unknown
}

/** After so many waits in vain, a batch leaves whatever is behind a lock for later. */
export const mostLockWaits = 5
