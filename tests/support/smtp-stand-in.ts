import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'

export interface ReceivedMail {
  to: string
  messageId: string
  subject: string
  /** Headers and body as they came. */
  raw: string
}

export interface SmtpStandIn {
  smtpUrl: string
  /** The mails that were accepted, oldest first. */
  mails: ReceivedMail[]
  /** The next mails to this address are refused with these codes, in this order. */
  refuse: (to: string, ...codes: number[]) => void
  /** So many logins to come are refused. Without a refusal any name and password will do, and none, too. */
  refuseLogins: (times: number) => void
  stop: () => Promise<void>
}

/** A real SMTP server. */
export async function startSmtpStandIn(): Promise<SmtpStandIn> {
  const mails: ReceivedMail[] = []
  const refusals = new Map<string, number[]>()
  let refusedLogins = 0
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth({ username }, _session, done) {
      if (refusedLogins === 0) return done(null, { user: username })
      refusedLogins -= 1
      done(Object.assign(new Error('refused'), { responseCode: 535 }))
    },
    onRcptTo({ address }, _session, done) {
      const code = refusals.get(address)?.shift()
      done(code === undefined ? undefined : Object.assign(new Error('refused'), { responseCode: code }))
    },
    onData(stream, session, done) {
      void text(stream).then((raw) => {
        for (const { address } of session.envelope.rcptTo) {
          mails.push({
            to: address,
            messageId: header(raw, 'Message-ID'),
            subject: header(raw, 'Subject'),
            raw,
          })
        }
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    smtpUrl: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    mails,
    refuse: (to, ...codes) => {
      refusals.set(to, [...(refusals.get(to) ?? []), ...codes])
    },
    refuseLogins: (times) => {
      refusedLogins = times
    },
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}

function header(raw: string, name: string): string {
  const unfolded = raw.replace(/\r?\n[ \t]+/g, ' ')
  return new RegExp(`^${name}: (.*)$`, 'im').exec(unfolded)?.[1]?.trim() ?? ''
}
