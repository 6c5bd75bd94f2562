/** After so many tries a delivery has failed; with the default first wait that is after 31 to 38 minutes of waiting. */
export const maxAttempts = 10

/** The longest wait between two tries, unless the provider asks for more. */
const maxDelaySeconds = 600

/**
 * Seconds to wait after the given try failed: the first wait doubled each time, up to ten minutes, and up to a
 * quarter more by chance, so that a provider that comes back is not met by all at once.
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
