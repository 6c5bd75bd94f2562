import { slackMessage } from '../message'
import { callTimeoutMs, type Channel, codeOf, neverConnected, outcomeOfStatus } from './channel'

/** Slack's incoming webhook. Its address is the secret, so neither target nor error text carries it. */
export function slackChannel(webhookUrl: string): Channel {
  return {
    async send(message) {
      try {
        const response = await fetch(webhookUrl, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(slackMessage(message)),
          redirect: 'error',
          signal: AbortSignal.timeout(callTimeoutMs),
        })
        // Slack answers with a short word such as `ok` or `no_service`.
        const words = (await response.text()).slice(0, 200)
        if (response.ok) return { kind: 'sent', providerId: null }
        return outcomeOfStatus(
          response.status,
          `${response.status} ${words}`,
          response.headers.get('retry-after'),
        )
      } catch (error) {
        const code = codeOf(error)
        const detail = `no answer from Slack (${code ?? (error instanceof Error ? error.name : 'unknown')})`
        return neverConnected(code) ? { kind: 'not_now', detail } : { kind: 'unclear', detail }
      }
    },
  }
}
