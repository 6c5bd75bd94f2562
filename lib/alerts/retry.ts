/** After so many tries a delivery has failed; with the default first wait that is after 31 to 38 minutes of waiting. */
export const maxAttempts = 10

/** Before a message that may have arrived is sent once more. It may be on its way still, and its server in trouble. */
export const unclearWaitSeconds = 60

/** The longest wait between two tries, unless the provider asks for more. */
const maxDelaySeconds = 600

/** What is known of a try that failed. */
export interface FailedTry {
  attempt: number
  /** An earlier one may have arrived. */
  mayHaveBeenSent: boolean
  /** Whether the provider can be asked if one has. */
  canLookUp: boolean
}

/**
 * Whether a delivery has failed for good with this try. A message that may have arrived, and cannot be looked up, is sent
 * once more: a provider that accepts slowly would deliver every copy.
 */
export function isLastTry(
  kind: 'not_now' | 'unclear',
  { attempt, mayHaveBeenSent, canLookUp }: FailedTry,
): boolean {
  return attempt >= maxAttempts || (kind === 'unclear' && mayHaveBeenSent && !canLookUp)
}

/**
 * Seconds to wait after the given try failed: the first wait, doubled with each try, ten minutes at most. Chance adds up
 * to a quarter, so that a provider that comes back is not met by all at once.
 */
export function retryDelaySeconds(
  attempt: number,
  firstWait: number,
  options: { atLeast?: number; random?: () => number } = {},
): number {
  const { atLeast = 0, random = Math.random } = options
  const delay = Math.min(maxDelaySeconds, firstWait * 2 ** (attempt - 1)) * (1 + random() / 4)
  return Math.ceil(Math.max(delay, atLeast))
}
