import { formatExactly, formatTersely } from '@/lib/moment-text'
import type { Alert } from './alert'
import { consolePageOf } from './console-page'

/** One message to one target: a single alert, or a digest of several. */
export interface AlertMessage {
  alerts: readonly [Alert, ...Alert[]]
  /** Names the message in the reader's and the provider's lists; the same for every try. */
  reference: string
  /** Origin of the console, without a trailing slash. */
  publicUrl: string
}

export interface MailText {
  subject: string
  text: string
  html: string
}

export interface SlackMessage {
  text: string
  blocks: SlackBlock[]
}

type SlackBlock =
  | { type: 'header'; text: { type: 'plain_text'; text: string } }
  | { type: 'section'; text: { type: 'mrkdwn'; text: string } }
  | { type: 'context'; elements: { type: 'mrkdwn'; text: string }[] }

/** Characters of the GSM alphabet that two concatenated text messages hold; a third one is paid for, too. */
const smsLength = 306

/** Alerts as one mail. */
export function mailText(message: AlertMessage): MailText {
  const { alerts, publicUrl } = message
  const parts = alerts.map((alert) => ({
    subject: alert.subject,
    body: bodyUnder(alert.subject, alert),
    asOf: asOf(alert),
    link: linkOf(alert, publicUrl),
  }))
  return {
    subject: headline(message),
    text: `${parts.map((part) => `${part.subject}\n${part.body}\n${part.asOf}\n${part.link}`).join('\n\n')}\n\nReference ${message.reference}\n`,
    html: [
      '<!doctype html><html lang="en"><body style="font-family: sans-serif; line-height: 1.5; color: #1a1a1a">',
      ...parts.map(
        (part) =>
          `<h1 style="font-size: 18px; margin: 24px 0 4px">${escapeHtml(part.subject)}</h1>` +
          `<p style="margin: 0 0 8px">${escapeHtml(part.body)}</p>` +
          `<p style="margin: 0 0 8px; color: #595959">${escapeHtml(part.asOf)}</p>` +
          `<p style="margin: 0"><a href="${escapeHtml(part.link)}">Open in the console</a></p>`,
      ),
      `<p style="margin-top: 24px; font-size: 12px; color: #595959">Reference ${escapeHtml(message.reference)}</p>`,
      '</body></html>',
    ].join('\n'),
  }
}

/** Slack takes 50 blocks and 3,000 characters a section: a longer digest names the first ones and a number. */
export function slackMessage(message: AlertMessage): SlackMessage {
  const { alerts, publicUrl } = message
  const shown = alerts.slice(0, 40)
  const rest = alerts.length - shown.length
  const header = shorten(headline(message), 150)
  return {
    text: escapeSlack(headline(message), 2_000),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: header } },
      ...shown.map((alert): SlackBlock => ({
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: [
            ...(alerts.length > 1 ? [`*${escapeSlack(alert.subject, 600)}*`] : []),
            escapeSlack(bodyUnder(alerts.length > 1 ? alert.subject : header, alert), 2_000),
            asOf(alert),
            `<${linkOf(alert, publicUrl)}|Open in the console>`,
          ].join('\n'),
        },
      })),
      ...(rest > 0
        ? [{ type: 'section' as const, text: { type: 'mrkdwn' as const, text: `and ${rest} more` } }]
        : []),
      { type: 'context', elements: [{ type: 'mrkdwn', text: `Reference ${message.reference}` }] },
    ],
  }
}

/** At most `smsLength` characters; a single alert's time, link and reference are never cut. */
export function smsText(message: AlertMessage): string {
  const [first] = message.alerts
  const single = message.alerts.length === 1
  const link = single ? linkOf(first, message.publicUrl) : `${message.publicUrl}/admin/alerts`
  const end = `\n${link}\nRef ${message.reference}`
  return single
    ? withEnd(sentences(first), `\nAs of ${tersely(first)}${end}`)
    : withEnd(listed(message.alerts.map((alert) => `${alert.subject} (${tersely(alert)})`)), end)
}

function withEnd(words: string, end: string): string {
  return `${shorten(words, smsLength - end.length)}${end}`
}

/** Of an admin's own message the subject is how it begins: said twice, it would push its end out of the text. */
function sentences({ subject, body }: Alert): string {
  const beginning = onOneLine(subject).replace(/\ufffd?\.\.\.$/, '')
  return onOneLine(body).startsWith(beginning) ? body : `${subject}. ${body}`
}

/** A body without its first line, where the heading above it ends with the same words. */
function bodyUnder(heading: string, { body }: Alert): string {
  const [first = '', ...others] = body.split('\n')
  return others.length > 0 && onOneLine(heading).endsWith(onOneLine(first)) ? others.join('\n') : body
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

function headline({ alerts }: AlertMessage): string {
  const [first] = alerts
  if (alerts.length === 1) return first.subject
  return shorten(listed(alerts.map(({ subject }) => subject)), 255)
}

function listed(subjects: readonly string[]): string {
  return `${subjects.length} stock alerts: ${subjects.join('; ')}`
}

/** A message may come hours later, behind a newer one: its numbers are of this moment. */
function asOf({ createdAt, timeZone }: Alert): string {
  return `As of ${formatExactly(createdAt, timeZone)}`
}

function tersely({ createdAt, timeZone }: Alert): string {
  return formatTersely(createdAt, timeZone)
}

function linkOf(alert: Alert, publicUrl: string): string {
  return `${publicUrl}${consolePageOf(alert).path}`
}

/** Three plain dots: one character outside the GSM alphabet would halve what fits into a text message. */
function shorten(text: string, length: number): string {
  if (text.length <= length) return text
  return length > 3 ? `${text.slice(0, length - 3).toWellFormed()}...` : ''
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** Slack counts the escaped characters, so that is what is cut, though not in the middle of one. */
function escapeSlack(text: string, length: number): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return escaped.length <= length ? escaped : shorten(escaped, length).replace(/&[a-z]{0,3}\.\.\.$/, '...')
}
