import { findCity } from '@/lib/cities/cities'
import { config } from '@/lib/config'
import { beginOnce } from '@/lib/idempotency/idempotency'
import { log } from '@/lib/log'
import { mailer, type Mailer } from '@/lib/mail'
import { longestMailMs } from '@/lib/mail-limits'
import { formatMoney } from '@/lib/money'
import type { SendOutcome } from '@/lib/send-outcome'
import { getException, type PaymentException } from './read-exceptions'

/** The mail, and a moment to note its outcome. */
const leaseSeconds = longestMailMs / 1_000 + 5

/** `nobody`: the buyer left no address, or no mail server is configured; the log says so. */
export type RefundMailOutcome = SendOutcome | { kind: 'nobody' }

/**
 * Tells the buyer of a payment that found no seat that their money is on its way back: once, even if two runs of
 * its job overlap. Each try has the same Message-ID, so that a copy may be dropped.
 */
export async function sendRefundMail(exceptionId: number): Promise<RefundMailOutcome> {
  const exception = await getException(exceptionId)
  const to = exception?.payment.email
  const mails = configuredMailer()
  if (!exception || !to || !mails) {
    log().warn(
      { exceptionId, code: mails ? 'no_address' : 'no_mail_server' },
      'the buyer was not told of the refund',
    )
    return { kind: 'nobody' }
  }
  const city = exception.cityId === null ? null : await findCity(exception.cityId)
  const name = `refund-${exceptionId}`
  const begun = await beginOnce({ scope: 'refund mail', key: name, content: name, leaseSeconds })
  if (begun.state === 'answered') return { kind: 'sent', providerId: begun.answer }
  if (begun.state !== 'run') return { kind: 'not_now', detail: 'It is being sent' }
  const sent = await mails.send({ to, name, ...refundText(exception, city?.name ?? null) })
  if (sent.kind === 'sent') await begun.run.settle(sent.providerId ?? '')
  else await begun.run.giveUp()
  return sent
}

/** The mail's words. Pure. */
export function refundText(
  { quantity, amountCents, currency }: Pick<PaymentException, 'quantity' | 'amountCents' | 'currency'>,
  cityName: string | null,
): { subject: string; text: string } {
  const tickets = quantity === null ? 'tickets' : quantity === 1 ? 'one ticket' : `${quantity} tickets`
  const where =
    cityName === null ? 'the 6FB Methodologies workshop' : `the 6FB Methodologies workshop in ${cityName}`
  const amount =
    amountCents === null ? 'Your payment' : `Your payment of ${formatMoney(amountCents, currency ?? 'usd')}`
  return {
    subject: 'Your workshop payment is refunded',
    text: [
      `Thank you for your order of ${tickets} for ${where}.`,
      `While you were paying, the last seats went to somebody else, so we could not give you any. We are sorry.`,
      `${amount} is on its way back, in full, to the card or account you paid with. Banks usually take 5 to 10 days to show it.`,
      `You need not do anything. If you have a question, answer this mail.`,
      '',
    ].join('\n\n'),
  }
}

let made: Mailer | undefined

function configuredMailer(): Mailer | undefined {
  const settings = config().mail
  return settings && (made ??= mailer(settings))
}
