import http from 'node:http'

export interface PostResult {
  /** Null when no answer came. */
  status: number | null
  error?: string
}

/** A poster with its own pool of kept-alive connections. */
export function createPoster(options: { concurrency: number; timeoutMs: number }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: options.concurrency })

  const post = (url: string, body: string, signature: string): Promise<PostResult> =>
    new Promise((resolve) => {
      const request = http.request(url, {
        method: 'POST',
        agent,
        timeout: options.timeoutMs,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(body),
          'cache-control': 'no-cache',
          'stripe-signature': signature,
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        },
      })
      request.on('response', (response) => {
        response.resume()
        response.on('close', () => resolve({ status: response.statusCode ?? null }))
      })
      request.on('timeout', () => request.destroy(new Error('timed out')))
      request.on('error', (error: NodeJS.ErrnoException) => {
        resolve({ status: null, error: error.code ?? error.message })
      })
      request.end(body)
    })

  return { post, close: () => agent.destroy() }
}
