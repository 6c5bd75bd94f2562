import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'

/** A request whose body has not come yet. */
export interface HeldRequest {
  /** Sends the body. @returns the answer's status */
  finish: () => Promise<number | undefined>
}

/** Sends a request up to its body, and waits until the server has begun with it. */
export async function holdRequest(
  url: string,
  { body, ...options }: { method: string; headers: Record<string, string>; body: string },
): Promise<HeldRequest> {
  const headers = { ...options.headers, expect: '100-continue', 'content-length': String(body.length) }
  const sent = request(url, { ...options, headers, agent: false })
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>
  sent.flushHeaders()
  await once(sent, 'continue')
  return {
    async finish() {
      sent.end(body)
      const [answer] = await answered
      answer.resume()
      return answer.statusCode
    },
  }
}
