import { startHttpStandIn, type StandInAnswer } from './http-stand-in'

export interface SentText {
  sid: string
  to: string
  from: string
  body: string
  sentAt: Date
}

export interface TwilioStandIn {
  apiBase: string
  accountSid: string
  authToken: string
  /** The messages that were accepted, oldest first. */
  messages: SentText[]
  /** How often messages were looked up. */
  lookups: () => number
  /** The next messages to this number get these answers, in this order. */
  answer: (to: string, ...answers: TwilioAnswer[]) => void
  stop: () => Promise<void>
}

/**
 * A status: refused with it. `accept_then_hang`: the message is sent, but the caller never hears of it.
 * `hang`: neither sent nor answered. `trickle`: not sent, and answered without end.
 */
export type TwilioAnswer = number | 'accept_then_hang' | 'hang' | 'trickle'

/** The part of Twilio's messaging API that we use: create a message, list messages by receiver and day. */
export async function startTwilioStandIn(): Promise<TwilioStandIn> {
  const accountSid = `AC${'0'.repeat(32)}`
  const authToken = 'twilio-token'
  const messages: SentText[] = []
  const scripts = new Map<string, TwilioAnswer[]>()
  let lookups = 0

  const accept = (form: URLSearchParams): SentText => {
    const [to, from, body] = [form.get('To') ?? '', form.get('From') ?? '', form.get('Body') ?? '']
    const sid = `SM${String(messages.length + 1).padStart(32, '0')}`
    const message = { sid, to, from, body, sentAt: new Date() }
    messages.push(message)
    return message
  }
  const create = (form: URLSearchParams): StandInAnswer => {
    const to = form.get('To') ?? ''
    const scripted = scripts.get(to)?.shift()
    if (scripted === 'hang' || scripted === 'trickle') return scripted
    if (scripted === 'accept_then_hang') {
      accept(form)
      return 'hang'
    }
    if (scripted !== undefined) return failure(scripted, `Refused with ${scripted} for ${to}`)
    if (!/^\+[1-9]\d{6,14}$/.test(to))
      return failure(400, `The 'To' number ${to} is not a valid phone number.`, 21211)
    const body = form.get('Body') ?? ''
    if (body === '' || body.length > 1_600)
      return failure(400, 'The message body is too long or empty.', 21617)
    return json(201, resourceOf(accept(form)))
  }
  const list = (query: URLSearchParams): StandInAnswer => {
    lookups++
    const since = new Date(query.get('DateSent>') ?? 0)
    const found = messages.filter(({ to, sentAt }) => to === query.get('To') && sentAt >= since)
    return json(200, { messages: found.map(resourceOf), page: 0, page_size: 200, next_page_uri: null })
  }

  const path = `/2010-04-01/Accounts/${accountSid}/Messages.json`
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
  const server = await startHttpStandIn((request) => {
    if (request.headers.authorization !== authorization) return failure(401, 'Authenticate', 20003)
    if (request.path !== path) return failure(404, 'Not found', 20404)
    return request.method === 'POST' ? create(new URLSearchParams(request.body)) : list(request.query)
  })
  return {
    apiBase: server.url,
    accountSid,
    authToken,
    messages,
    lookups: () => lookups,
    answer: (to, ...answers) => {
      scripts.set(to, [...(scripts.get(to) ?? []), ...answers])
    },
    stop: server.stop,
  }
}

function resourceOf({ sid, to, from, body, sentAt }: SentText) {
  return { sid, to, from, body, status: 'queued', date_sent: sentAt.toUTCString(), error_code: null }
}

function json(status: number, body: unknown): StandInAnswer {
  return { status, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}

/** Twilio's form of an error. */
function failure(status: number, message: string, code = 20_500): StandInAnswer {
  return json(status, { status, code, message, more_info: `https://www.twilio.com/docs/errors/${code}` })
}
