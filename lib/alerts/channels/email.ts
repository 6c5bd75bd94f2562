import { mailer } from '@/lib/mail'
import { mailText } from '../message'
import type { Channel } from './channel'

/** Mail over SMTP. */
export function emailChannel(settings: { smtpUrl: string; from: string }): Channel {
  const mails = mailer(settings)
  return {
    send: (message, target) =>
      mails.send({ to: target, name: `alert-${message.reference}`, ...mailText(message) }),
  }
}
