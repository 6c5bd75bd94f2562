/**
 * Whether an error in the browser means that a request did not reach us, or our answer did not reach the page: the
 * connection broke, or something in between answered for us (a proxy's 502 is no data of ours). Faults of our own
 * scripts are TypeErrors, too, so it goes by the words of the message.
 */
export function isNetworkFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.message.startsWith(undecoded)) return true
  return error instanceof TypeError && messages.some((text) => error.message.startsWith(text))
}

/** Remix's words for an answer that is not what its server writes. */
const undecoded = 'Unable to decode turbo-stream response'

/** What `fetch` says, by browser. */
const messages = [
  // Chromium; the second while an answer is being read
  'Failed to fetch',
  'network error',
  // Firefox
  'NetworkError when attempting to fetch resource',
  'Error in input stream',
  // Safari
  'Load failed',
  'The Internet connection appears to be offline',
  'The network connection was lost',
]
