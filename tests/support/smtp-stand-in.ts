import type { AddressInfo, Socket } from 'node:net'
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
  /** The next mails to this address are refused with these codes, in this order; `never`: no answer comes. */
  refuse: (to: string, ...codes: (number | 'never')[]) => void
  /**
   * The next mails to this address are accepted, and who sent them hears of it once these promises have settled, in this
   * order; `never`: the connection breaks instead.
   */
  answer: (to: string, ...when: (Promise<unknown> | 'never')[]) => void
  /** So many logins to come are refused. Without a refusal any name and password will do, and none, too. */
  refuseLogins: (times: number) => void
  /** So many mails to come are refused at their sender, before a recipient is named, with this code. */
  refuseSenders: (code: number, times: number) => void
  stop: () => Promise<void>
}

/** A real SMTP server. */
export async function startSmtpStandIn(): Promise<SmtpStandIn> {
  const mails: ReceivedMail[] = []
  const refusals = new Map<string, (number | 'never')[]>()
  const answers = new Map<string, (Promise<unknown> | 'never')[]>()
  const sockets = new Map<number | undefined, Socket>()
  let refusedLogins = 0
  const refusedSenders: number[] = []
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth({ username }, _session, done) {
      if (refusedLogins === 0) return done(null, { user: username })
      refusedLogins -= 1
      done(Object.assign(new Error('refused'), { responseCode: 535 }))
    },
    onMailFrom(_address, _session, done) {
      const code = refusedSenders.shift()
      done(code === undefined ? undefined : Object.assign(new Error('refused'), { responseCode: code }))
    },
    onRcptTo({ address }, _session, done) {
      const code = refusals.get(address)?.shift()
      if (code === 'never') return
      done(code === undefined ? undefined : Object.assign(new Error('refused'), { responseCode: code }))
    },
    onData(stream, session, done) {
      void text(stream).then(async (raw) => {
        for (const { address } of session.envelope.rcptTo) {
          mails.push({
            to: address,
            messageId: header(raw, 'Message-ID'),
            subject: header(raw, 'Subject'),
            raw,
          })
        }
        for (const { address } of session.envelope.rcptTo) {
          const when = answers.get(address)?.shift()
          if (when === 'never') {
            sockets.get(session.remotePort)?.destroy()
            return
          }
          await when
        }
        done()
      })
    },
  })
  // A client that gave up waiting has ended its connection.
  server.on('error', () => undefined)
  server.server.on('connection', (socket: Socket) => sockets.set(socket.remotePort, socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    smtpUrl: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    mails,
    refuse: (to, ...codes) => {
      refusals.set(to, [...(refusals.get(to) ?? []), ...codes])
    },
    answer: (to, ...when) => {
      answers.set(to, [...(answers.get(to) ?? []), ...when])
    },
    refuseLogins: (times) => {
      refusedLogins = times
    },
    refuseSenders: (code, times) => {
      refusedSenders.push(...Array<number>(times).fill(code))
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(resolve))
      for (const socket of sockets.values()) socket.destroy()
      await closed
    },
  }
}

function header(raw: string, name: string): string {
  const unfolded = raw.replace(/\r?\n[ \t]+/g, ' ')
  return new RegExp(`^${name}: (.*)$`, 'im').exec(unfolded)?.[1]?.trim() ?? ''
}
