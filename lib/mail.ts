import nodemailer from 'nodemailer'
import { callTimeoutMs, neverConnected, type SendOutcome } from '@/lib/alerts/channels/channel'
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
  /** Ends within `callTimeoutMs` and never throws. */
  send(mail: Mail): Promise<SendOutcome>
}

/**
 * Mail over SMTP. The Message-ID is the same for every try, so that receivers can drop a copy of a mail
 * whose first acceptance we never heard of.
 */
export function mailer(settings: { smtpUrl: string; from: string }): Mailer {
  const transport = nodemailer.createTransport({
    url: settings.smtpUrl,
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 10_000,
  })
  const domain = senderAddress(settings.from)?.split('@').at(-1) ?? 'localhost'
  return {
    async send({ to, name, ...content }) {
      try {
        const info = await transport.sendMail({
          from: settings.from,
          to: { name: '', address: to },
          ...content,
          messageId: `<${name}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
          disableFileAccess: true,
          disableUrlAccess: true,
          signal: AbortSignal.timeout(callTimeoutMs),
        })
        return { kind: 'sent', providerId: info.messageId.slice(0, 255) }
      } catch (error) {
        return outcomeOfError(error as SmtpError)
      }
    },
  }
}

/** What nodemailer adds to its errors; see its `errors.d.ts`. */
interface SmtpError extends Error {
  code?: string
  originalCode?: string
  command?: string
  responseCode?: number
  permanent?: boolean
  timeoutType?: string
}

function outcomeOfError(error: SmtpError): SendOutcome {
  const detail = error.message.slice(0, 500)
  // A refused login says nothing of the mail, whatever its code: somebody has to mend the password.
  if (error.code === 'EAUTH') return { kind: 'not_now', detail }
  if (error.permanent === true) return { kind: 'refused', detail }
  if (error.permanent === false) return { kind: 'not_now', detail }
  if (error.code === 'EENVELOPE' || error.code === 'EMESSAGE') return { kind: 'refused', detail }
  const beforeTheMessage =
    neverConnected(error.originalCode) ||
    error.code === 'EDNS' ||
    error.timeoutType === 'CONNECT_TIMEOUT' ||
    error.timeoutType === 'GREETING_TIMEOUT'
  return { kind: beforeTheMessage ? 'not_now' : 'unclear', detail }
}
