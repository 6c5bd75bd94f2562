import nodemailer from 'nodemailer'
import { mailLimits, type MailLimits } from './mail-limits'
import type { SendOutcome } from './send-outcome'
import { senderAddress } from './sender-address'

export interface Mail {
  to: string
  /** Tells this mail from all others, the same for every try: it becomes the Message-ID. */
  name: string
  subject: string
  text: string
  html?: string
}

export interface Mailer {
  /** Ends within `longestMailMs` and never throws. */
  send(mail: Mail): Promise<SendOutcome>
}

export interface MailerSettings {
  smtpUrl: string
  from: string
  limits?: MailLimits
}

/**
 * Mail over SMTP. The Message-ID is the same for every try, so that receivers can drop a copy of a mail
 * whose first acceptance we never heard of.
 */
export function mailer({ smtpUrl, from, limits = mailLimits }: MailerSettings): Mailer {
  const transport = nodemailer.createTransport({
    url: smtpUrl,
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    // Of silence. A mail's progress has limits of its own.
    socketTimeout: limits.handOverMs + limits.answerMs,
  })
  /** Of the mails that are under way. */
  const progressBy = new WeakMap<AbortSignal, Progress>()
  transport.use('stream', ({ data, message }, done) => {
    const progress = data.signal && progressBy.get(data.signal)
    // It is read when the server has agreed to a message, and what tells that it is complete is sent after its end.
    message.processFunc((content) => content.once('end', () => progress?.handOver()))
    done()
  })
  const domain = senderAddress(from)?.split('@').at(-1) ?? 'localhost'
  return {
    async send({ to, name, ...content }) {
      const progress = watchProgress(limits)
      progressBy.set(progress.signal, progress)
      try {
        const info = await transport.sendMail({
          from,
          to: { name: '', address: to },
          ...content,
          messageId: `<${name}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
          disableFileAccess: true,
          disableUrlAccess: true,
          signal: progress.signal,
        })
        return { kind: 'sent', providerId: info.messageId.slice(0, 255) }
      } catch (error) {
        return outcomeOfError(error as SmtpError, progress.isHandedOver())
      } finally {
        progress.end()
      }
    },
  }
}

/** How far a mail has come. */
interface Progress {
  /** Aborted when the time for where it is has passed. */
  signal: AbortSignal
  /** The server may have all of the message from now on. */
  handOver(): void
  isHandedOver(): boolean
  end(): void
}

function watchProgress({ handOverMs, answerMs }: MailLimits): Progress {
  const limit = new AbortController()
  const abortAfter = (milliseconds: number) => setTimeout(() => limit.abort(), milliseconds)
  let timer = abortAfter(handOverMs)
  let isHandedOver = false
  return {
    signal: limit.signal,
    handOver() {
      isHandedOver = true
      clearTimeout(timer)
      timer = abortAfter(answerMs)
    },
    isHandedOver: () => isHandedOver,
    end: () => clearTimeout(timer),
  }
}

/** What nodemailer adds to its errors; see its `errors.d.ts`. */
interface SmtpError extends Error {
  code?: string
  responseCode?: number
  permanent?: boolean
}

function outcomeOfError(error: SmtpError, isHandedOver: boolean): SendOutcome {
  const detail = detailOf(error, isHandedOver)
  if (isAboutLogin(error)) return { kind: 'not_now', detail }
  if (error.permanent === true) return { kind: 'refused', detail }
  if (error.permanent === false) return { kind: 'not_now', detail }
  if (error.code === 'EENVELOPE' || error.code === 'EMESSAGE') return { kind: 'refused', detail }
  return { kind: isHandedOver ? 'unclear' : 'not_now', detail }
}

/**
 * A login that is refused or missing says nothing of the mail: somebody has to mend the password, or the server its
 * logins. RFC 4954 (6) has a server that wants a login first answer 530 to any other command.
 */
function isAboutLogin({ code, responseCode }: SmtpError): boolean {
  return code === 'EAUTH' || responseCode === 530
}

function detailOf({ code, message }: SmtpError, isHandedOver: boolean): string {
  if (code !== 'EABORT') return message.slice(0, 500)
  return isHandedOver
    ? 'the mail server did not say in time whether it accepts the message'
    : 'the mail server did not take the message in time'
}
