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
          signal: AbortSignal.timeout(callTimeoutMs.slack),
        })
        // Slack answers with a short word such as `ok` or `no_service`.
        const words = (await response.text()).slice(0, 200)
        if (response.ok) return { kind: 'sent', providerId: null }
        const { status } = response
        const detail = `${status} ${words}`
        // By RFC 9110 (15.6) a server that answers so knows that it failed. Not a gateway that had no answer in time.
        if (status >= 500 && status !== 504) return { kind: 'not_now', detail }
        return outcomeOfStatus(status, detail, response.headers.get('retry-after'))
      } catch (error) {
        const code = codeOf(error)
        const detail = `no answer from Slack (${code ?? (error instanceof Error ? error.name : 'unknown')})`
        return neverConnected(code) ? { kind: 'not_now', detail } : { kind: 'unclear', detail }
      }
    },
  }
}
