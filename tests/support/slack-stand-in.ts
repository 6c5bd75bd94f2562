import { z } from 'zod'
import { startHttpStandIn, type StandInAnswer } from './http-stand-in'

export interface SlackStandIn {
  webhookUrl: string
  /** The messages that were accepted, oldest first. */
  messages: SlackPost[]
  /** The next posts get these answers, in this order, and are not accepted. */
  refuse: (...answers: { status: number; body: string; retryAfter?: number }[]) => void
  stop: () => Promise<void>
}

export type SlackPost = z.output<typeof slackPost>

/** Slack's incoming webhook, with Slack's limits on blocks. */
export async function startSlackStandIn(): Promise<SlackStandIn> {
  const messages: SlackPost[] = []
  const refusals: StandInAnswer[] = []
  const server = await startHttpStandIn(({ method, path, headers, body }) => {
    const refusal = refusals.shift()
    if (refusal) return refusal
    if (path !== '/services/T000/B000/secret') return { status: 404, body: 'no_service' }
    if (method !== 'POST' || headers['content-type'] !== 'application/json')
      return { status: 400, body: 'invalid_payload' }
    const post = slackPost.safeParse(JSON.parse(body))
    if (!post.success) return { status: 400, body: 'invalid_blocks' }
    messages.push(post.data)
    return { status: 200, body: 'ok' }
  })
  return {
    webhookUrl: `${server.url}/services/T000/B000/secret`,
    messages,
    refuse: (...answers) => {
      for (const { status, body, retryAfter } of answers) {
        refusals.push({
          status,
          body,
          ...(retryAfter ? { headers: { 'retry-after': String(retryAfter) } } : {}),
        })
      }
    },
    stop: server.stop,
  }
}

const mrkdwn = z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(3_000) })

const slackPost = z.strictObject({
  text: z.string().min(1),
  blocks: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({
          type: z.literal('header'),
          text: z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(150) }),
        }),
        z.strictObject({ type: z.literal('section'), text: mrkdwn }),
        z.strictObject({ type: z.literal('context'), elements: z.array(mrkdwn).min(1).max(10) }),
      ]),
    )
    .max(50),
})
