import type { IncomingMessage } from 'node:http'
import Stripe from 'stripe'

/**
 * Calls to Stripe whose time-out counts from the call to the end of its answer. That of Stripe's own client is one of
 * silence: an answer that comes byte by byte would keep a buyer, or a worker's loop, without end.
 */
export function limitedCalls(): StripeCalls {
  const calls = Stripe.createNodeHttpClient()
  return {
    getClientName: () => calls.getClientName(),
    makeRequest: (...call) => {
      const limit = AbortSignal.timeout(call[timeoutAt])
      const tooLate = Stripe.HttpClient.makeTimeoutError()
      const answer = calls.makeRequest(...call).then((response) => {
        const body = response.getRawResponse() as IncomingMessage
        onAbort(limit, () => body.destroy(tooLate))
        return response
      })
      const end = new Promise<never>((_, reject) => onAbort(limit, () => reject(tooLate)))
      return Promise.race([answer, end])
    },
  }
}

type StripeCalls = ReturnType<typeof Stripe.createNodeHttpClient>

/** Where `makeRequest` has the time-out among its arguments. */
const timeoutAt = 7

function onAbort(signal: AbortSignal, act: () => void): void {
  if (signal.aborted) act()
  else signal.addEventListener('abort', act, { once: true })
}
