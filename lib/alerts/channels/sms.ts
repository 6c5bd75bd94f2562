import twilio from 'twilio'
import type { SendOutcome } from '@/lib/send-outcome'
import { smsText } from '../message'
import { callTimeoutMs, type Channel, codeOf, neverConnected, outcomeOfStatus } from './channel'

/**
 * Text messages through Twilio. Twilio has no idempotency key, so every message ends with its reference, and a
 * message whose fate is unclear is looked up by that before it is sent again.
 */
export function smsChannel(
  settings: { accountSid: string; authToken: string; from: string } & ClientSettings,
): Channel {
  const httpClient = new TwilioClient(settings)
  const client = twilio(settings.accountSid, settings.authToken, { httpClient })
  return {
    async send(message, target) {
      try {
        const sent = await client.messages.create({ from: settings.from, to: target, body: smsText(message) })
        return { kind: 'sent', providerId: sent.sid }
      } catch (error) {
        return outcomeOfError(error)
      }
    },
    async find(message, target) {
      // Days, not moments, are what Twilio filters by; a day early covers clocks that differ.
      const dateSentAfter = new Date(message.alerts[0].createdAt.getTime() - 86_400_000)
      try {
        const listed = await client.messages.list({ to: target, dateSentAfter, limit: 200, pageSize: 200 })
        const found = listed.find((item) => item.body.includes(`Ref ${message.reference}`))
        return found ? { kind: 'sent', providerId: found.sid } : undefined
      } catch (error) {
        // Not to know is no reason to send a second time.
        return { kind: 'unclear', detail: `looking it up failed: ${detailOf(error)}` }
      }
    },
  }
}

interface ClientSettings {
  apiBase?: string | undefined
  /** Of one call, to the end of its answer. */
  timeoutMs?: number
}

/** Twilio's client has no option for another address, only for another transport. */
class TwilioClient extends twilio.RequestClient {
  readonly #apiBase: string | undefined

  // Half: looking a message up and sending it are two calls.
  constructor({ apiBase, timeoutMs = callTimeoutMs.sms / 2 }: ClientSettings) {
    super({ timeout: timeoutMs })
    // The time-out is one of silence, which an answer that comes byte by byte never is.
    this.axios.interceptors.request.use((call) =>
      Object.assign(call, { signal: AbortSignal.timeout(timeoutMs) }),
    )
    this.#apiBase = apiBase
  }

  override request<Data>(options: Parameters<twilio.RequestClient['request']>[0]) {
    if (this.#apiBase === undefined) return super.request<Data>(options as never)
    const { pathname, search } = new URL(options.uri)
    return super.request<Data>({ ...options, uri: `${this.#apiBase}${pathname}${search}` } as never)
  }
}

function outcomeOfError(error: unknown): SendOutcome {
  const detail = detailOf(error)
  const status = (error as { status?: unknown }).status
  if (typeof status === 'number') return outcomeOfStatus(status, detail)
  return neverConnected(codeOf(error)) ? { kind: 'not_now', detail } : { kind: 'unclear', detail }
}

function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  if (codeOf(error) === 'ERR_CANCELED') return 'Twilio did not answer in time'
  const { status, code } = error as { status?: unknown; code?: unknown }
  const numbers = [status, code].filter((part) => typeof part === 'number' || typeof part === 'string')
  return [...numbers, error.message].join(' ').slice(0, 500)
}
