import { describe, expect, test } from 'vitest'
import type { Alert } from '@/lib/alerts/alert'
import { type AlertMessage, mailText, slackMessage, smsText } from '@/lib/alerts/message'
import { thresholdAlert } from '@/lib/inventory/alerts/stock-texts'
import { defaultThresholds } from '@/lib/alerts/thresholds'

const publicUrl = 'https://tickets.example.com'

function anAlert(details: Partial<Alert> = {}): Alert {
  return {
    id: '0b8f5a52-51c3-4a63-9d1b-1f6f0f3f8a01',
    kind: 'threshold',
    level: 'critical',
    cityId: 'dallas-jan-2026',
    exceptionId: null,
    paymentId: null,
    subject: 'Critical: 5 GA seats left in Dallas',
    body: '30 of 35 GA seats are sold, 5 left.',
    createdAt: new Date('2026-01-10T22:05:00Z'),
    timeZone: 'America/Chicago',
    ...details,
  }
}

function aMessage(...alerts: [Alert, ...Alert[]]): AlertMessage {
  return { alerts, reference: '7K2M9QXA', publicUrl }
}

const digest = (size: number, details?: Partial<Alert>) =>
  aMessage(anAlert(details), ...Array.from({ length: size - 1 }, () => anAlert(details)))

const long = { subject: 'Low: '.padEnd(255, 'città '), body: 'b'.repeat(2_000) }

const apart: [Alert, Alert] = [
  anAlert({ subject: 'Low: 25 GA seats left in Dallas' }),
  anAlert({
    subject: 'Critical: 4 GA seats left in London',
    createdAt: new Date('2026-01-11T03:00:00Z'),
    timeZone: 'Europe/London',
  }),
]

test('a digest says of each alert when its numbers were true, by the clock of its city', () => {
  const message = aMessage(...apart)
  const times = ['As of Jan 10, 2026, 4:05 PM CST', 'As of Jan 11, 2026, 3:00 AM GMT']
  const { text, html } = mailText(message)
  for (const words of [text, html, JSON.stringify(slackMessage(message))])
    expect(words.match(/As of [^<\\\n]+/g)).toEqual(times)
})

describe('text messages', () => {
  test('hold the numbers, when they were true, the link and the reference', () => {
    expect(smsText(aMessage(anAlert()))).toBe(
      'Critical: 5 GA seats left in Dallas. 30 of 35 GA seats are sold, 5 left.\n' +
        'As of Jan 10, 4:05 PM CST\nhttps://tickets.example.com/admin/cities/dallas-jan-2026\nRef 7K2M9QXA',
    )
  })

  test.each([
    ['a long one', aMessage(anAlert(long))],
    ['a digest', digest(30, long)],
    ['one with a long city', aMessage(anAlert({ ...long, cityId: 'x'.repeat(64) }))],
  ])('%s stays within the 306 of two parts and keeps link and reference', (_name, message) => {
    const text = smsText(message)
    expect(text.length).toBeLessThanOrEqual(306)
    expect(text).toMatch(/\nhttps:\/\/tickets\.example\.com\/admin\/\S+\nRef 7K2M9QXA$/)
    expect(text).toMatch(message.alerts.length === 1 ? /\nAs of Jan 10, 4:05 PM CST\n/ : /^30 stock alerts: /)
  })

  test('of a digest say of each alert when it was true', () => {
    expect(smsText(aMessage(...apart))).toBe(
      '2 stock alerts: Low: 25 GA seats left in Dallas (Jan 10, 4:05 PM CST); ' +
        'Critical: 4 GA seats left in London (Jan 11, 3:00 AM GMT)\n' +
        'https://tickets.example.com/admin/alerts\nRef 7K2M9QXA',
    )
  })
})

describe('a message of an admin, whose subject is how it begins', () => {
  const sender = 'Sent by dana@example.com.'
  const byHand = (text: string, subject = text) =>
    aMessage(anAlert({ kind: 'manual', level: null, cityId: null, subject, body: `${text}\n${sender}` }))
  const beginning = 'The hall is closed, '.repeat(6).slice(0, 117)
  const long = `${beginning} so call me at once`

  test('is said once in a text message, whole, with its sender', () => {
    expect(smsText(byHand(long, `${beginning}...`))).toMatch(`${long}\n${sender}\nAs of `)
    expect(smsText(byHand(long, `${beginning}...`)).startsWith(long)).toBe(true)
    expect(smsText(byHand('Two  blanks. ', 'Two blanks.')).startsWith('Two  blanks. \nSent by')).toBe(true)
    const cut = `${'a'.repeat(116)}\ud83d`.toWellFormed()
    expect(smsText(byHand(`${'a'.repeat(116)}\u{1f600} b`, `${cut}...`)).match(/aaa+/g)).toHaveLength(1)
  })

  test('is said once in a mail and in Slack, unless its heading had to be cut', () => {
    const [short, cut] = [byHand('Closed.'), byHand(long, `${beginning}...`)]
    for (const words of [mailText(short).text, mailText(short).html, blocksOf(short)]) {
      expect(words.match(/Closed\./g)).toHaveLength(1)
      expect(words).toContain(sender)
    }
    for (const words of [mailText(cut).text, mailText(cut).html, blocksOf(cut)]) expect(words).toContain(long)
    const ofCity = byHand('Closed.', 'Dallas: Closed.')
    expect(blocksOf(ofCity).match(/Closed\./g)).toHaveLength(1)
    const tooLongForSlack = byHand('Closed. '.repeat(25).trim())
    expect(blocksOf(tooLongForSlack)).toContain('Closed. '.repeat(25).trim())
    const together = aMessage(byHand('Closed.').alerts[0], byHand('Open.').alerts[0])
    expect(blocksOf(together)).toContain(`*Closed.*\\n${sender}`)
  })

  const blocksOf = (message: AlertMessage) => JSON.stringify(slackMessage(message).blocks)
})

describe('Slack', () => {
  test('escapes what its markup would read', () => {
    const text = JSON.stringify(
      slackMessage(aMessage(anAlert({ body: '<!channel> & <https://evil.example|here>' }))),
    )
    expect(text).toContain('&lt;!channel&gt; &amp; &lt;https://evil.example|here&gt;')
    expect(text).not.toContain('<!channel>')
  })

  test.each([1, 2, 40, 41, 600])('a digest of %i keeps within the limits of blocks', (size) => {
    const { blocks } = slackMessage(digest(size, { ...long, body: '&'.repeat(2_000) }))
    expect(blocks.length).toBeLessThanOrEqual(50)
    for (const block of blocks) {
      const texts = block.type === 'context' ? block.elements : [block.text]
      for (const { text } of texts)
        expect(text.length).toBeLessThanOrEqual(block.type === 'header' ? 150 : 3_000)
    }
    if (size > 40) expect(JSON.stringify(blocks)).toContain(`and ${size - 40} more`)
  })
})

describe('mail', () => {
  test('says the same as text and as HTML, escaped', () => {
    const { subject, text, html } = mailText(aMessage(anAlert({ body: 'Tom & "Jerry" <script>' })))
    expect(subject).toBe('Critical: 5 GA seats left in Dallas')
    expect(text).toContain(
      'Tom & "Jerry" <script>\nAs of Jan 10, 2026, 4:05 PM CST\nhttps://tickets.example.com/admin/cities/dallas-jan-2026',
    )
    expect(html).toContain('Tom &amp; &quot;Jerry&quot; &lt;script&gt;')
    expect(html).not.toContain('<script>')
  })

  test('a digest names each alert and has one subject', () => {
    const { subject, text } = mailText(
      aMessage(anAlert(), anAlert({ subject: 'Low: 25 GA seats left in Atlanta' })),
    )
    expect(subject).toBe(
      '2 stock alerts: Critical: 5 GA seats left in Dallas; Low: 25 GA seats left in Atlanta',
    )
    expect(text.match(/seats left in/g)).toHaveLength(2)
  })
})

test.each<[string, Partial<Alert>, string]>([
  ['stock', {}, 'cities/dallas-jan-2026'],
  ['a public sell-out', { kind: 'public_sell_out' }, 'cities/dallas-jan-2026'],
  ['an expansion', { kind: 'expansion' }, 'cities/dallas-jan-2026'],
  ['a reset', { kind: 'reset' }, 'cities/dallas-jan-2026'],
  ["an admin's message about a city", { kind: 'manual' }, 'cities/dallas-jan-2026'],
  ["an admin's message", { kind: 'manual', cityId: null }, `alerts/${anAlert().id}`],
  ['a test', { kind: 'test', cityId: null }, `alerts/${anAlert().id}`],
  ['an exception', { kind: 'exception', exceptionId: 12, paymentId: 'cs_1' }, 'exceptions/12'],
  ['an exception of before', { kind: 'exception', cityId: 'ATLANTIS' }, 'exceptions'],
  ['a dispute', { kind: 'exception', cityId: null, paymentId: 'pi/1' }, 'payments/pi%2F1'],
  [
    'what could not be reconciled',
    { kind: 'not_reconciled', cityId: null, paymentId: 'cs/1' },
    'payments?search=cs%2F1',
  ],
  ['dead letters', { kind: 'dead_letter', cityId: null }, 'queues'],
  ['pages that Stripe refuses', { kind: 'payment_page' }, 'settings/cities/dallas-jan-2026'],
  ['differences in a city', { kind: 'audit' }, 'audits?show=differences'],
])('%s leads to where something can be done about it', (_name, details, path) => {
  const address = `https://tickets.example.com/admin/${path}`
  const message = aMessage(anAlert(details))
  expect(smsText(message)).toContain(`\n${address}\n`)
  expect(mailText(message).text).toContain(`\n${address}\n`)
  expect(mailText(message).html).toContain(`href="${address}"`)
  expect(JSON.stringify(slackMessage(message))).toContain(`<${address}|`)
})

test.each(defaultThresholds)('the words for $tier at $remaining hold the numbers', (threshold) => {
  const { tier, remaining } = threshold
  const figures = { publicLimit: 35, actualLimit: 41, sold: 41 - remaining }
  const alert = thresholdAlert({ cityId: 'c', cityName: 'Dallas', tier, figures, threshold })
  expect(alert).toMatchObject({ remaining, level: threshold.level, channels: threshold.channels })
  expect(alert.body).toContain(
    `${41 - remaining} of 41 ${tier.toUpperCase()} seats are sold, ${remaining} left.`,
  )
  expect(alert.body).toContain('The public limit is 35; 6 seats beyond it are hidden.')
  if (remaining === 1) expect(alert.subject).toContain('1 VIP seat left')
})
