import { expect, test } from 'vitest'
import { type AttentionFacts, presentAttention } from '@/app/presenters/console/attention-list'
import type { Attention, WaitingException } from '@/lib/analytics/attention'
import type { AlertTargets } from '@/lib/alerts/plan'
import { defaultThresholds } from '@/lib/alerts/thresholds'
import { cityFigures } from '@/tests/unit/app/console-stories'

const now = new Date('2026-01-20T12:00:00Z')
const calm: Attention = {
  openExceptions: 0,
  longestWaiting: null,
  openDisputes: 0,
  deadLetters: 0,
  failedAlerts: 0,
  lateQueues: [],
  auditDifferences: 0,
  differingAuditId: null,
  auditedAt: now,
  fullAuditedAt: now,
  reconciledAt: now,
}

const paidInVain: WaitingException = {
  id: 7,
  title: 'paid, but no seat is left',
  state: 'open',
  amountCents: 300_000,
  currency: 'usd',
  cityName: 'Dallas',
  createdAt: new Date('2026-01-20T09:00:00Z'),
}

const targets: AlertTargets = { slack: ['webhook'], email: ['dana@example.com'], sms: ['+15550001'] }
const usual: Omit<AttentionFacts, 'attention' | 'cities'> = { thresholds: defaultThresholds, targets, now }

function list(
  attention: Partial<Attention> = {},
  cities = [cityFigures()],
  facts: Partial<typeof usual> = {},
) {
  return presentAttention({ attention: { ...calm, ...attention }, cities, ...usual, ...facts })
}

test('nothing, where all is well', () => {
  expect(list()).toEqual([])
})

test('money and records come before stock, and each says how many', () => {
  const items = list(
    {
      lateQueues: [{ name: 'alerts', oldestSeconds: 61 }],
      openExceptions: 2,
      longestWaiting: paidInVain,
      openDisputes: 3,
      deadLetters: 1,
      failedAlerts: 3,
      auditDifferences: 1,
      differingAuditId: 17,
    },
    [cityFigures({ stock: { ga: { sold: 33 } } })],
  )
  expect(items.map(({ title }) => title)).toEqual([
    'Nobody works on the queues',
    'The audit found 1 difference',
    '2 payments need a decision',
    '3 payments are disputed',
    '1 job has failed for good',
    '3 alerts could not be delivered this week',
    'Low stock in 1 city',
  ])
  expect(items[1]?.to).toBe('/admin/audits?show=differences&cursor=18')
  expect(items[2]?.text).toBe('The longest waiting, for 3 h: paid, but no seat is left ($3,000, Dallas).')
})

test('one of a kind is spoken of as one, and a failed job leads to the failed jobs', () => {
  expect(list({ deadLetters: 1, openDisputes: 1 })).toMatchObject([
    { title: '1 payment is disputed', linkText: 'Show it' },
    {
      title: '1 job has failed for good',
      text: 'It waits to be looked at and replayed.',
      to: '/admin/queues#dead',
      linkText: 'Look at it',
    },
  ])
  expect(list({ deadLetters: 2 })).toMatchObject([
    { text: 'They wait to be looked at and replayed.', linkText: 'Look at them' },
  ])
})

test('the one payment that needs a decision says what it is about, and leads there', () => {
  expect(list({ openExceptions: 1, longestWaiting: paidInVain })).toEqual([
    {
      key: 'exceptions',
      meaning: 'bad',
      title: '1 payment needs a decision',
      text: 'Paid, but no seat is left: $3,000, Dallas. It came 3 h ago.',
      to: '/admin/exceptions/7',
      linkText: 'Decide',
    },
  ])
})

test('of several payments the one that has waited longest is named, and the list has them all', () => {
  expect(list({ openExceptions: 5, longestWaiting: paidInVain })).toMatchObject([
    {
      title: '5 payments need a decision',
      text: 'The longest waiting, for 3 h: paid, but no seat is left ($3,000, Dallas).',
      to: '/admin/exceptions',
      linkText: 'Decide',
    },
  ])
})

test('what is not known about a payment is left out', () => {
  const text = (openExceptions: number, change: Partial<WaitingException>) =>
    list({ openExceptions, longestWaiting: { ...paidInVain, ...change } })[0]?.text
  expect(text(1, { amountCents: null, cityName: null })).toBe('Paid, but no seat is left. It came 3 h ago.')
  expect(text(1, { cityName: null, currency: null })).toBe(
    'Paid, but no seat is left: $3,000. It came 3 h ago.',
  )
  expect(text(2, { amountCents: null })).toBe(
    'The longest waiting, for 3 h: paid, but no seat is left (Dallas).',
  )
  expect(text(2, { amountCents: null, cityName: null })).toBe(
    'The longest waiting, for 3 h: paid, but no seat is left.',
  )
})

test('where somebody is at it already, nobody else is sent to decide', () => {
  const longestWaiting = { ...paidInVain, state: 'resolving' as const }
  expect(list({ openExceptions: 1, longestWaiting })).toMatchObject([
    {
      text: 'Paid, but no seat is left: $3,000, Dallas. It came 3 h ago. Somebody is at it.',
      linkText: 'Look at it',
    },
  ])
  expect(list({ openExceptions: 2, longestWaiting })).toMatchObject([
    {
      text: 'The longest waiting, for 3 h: paid, but no seat is left ($3,000, Dallas). Somebody is at each of them.',
      linkText: 'Look at them',
    },
  ])
})

test('an open dispute, which the bank decides against us where nobody answers it', () => {
  expect(list({ openDisputes: 1 })).toMatchObject([
    { meaning: 'bad', title: '1 payment is disputed', to: '/admin/payments/disputed' },
  ])
})

test('alerts that reach nobody are not in order, nor are those of one channel', () => {
  const nobody = { slack: [], email: [], sms: [] }
  expect(list({}, [], { targets: nobody })).toMatchObject([
    {
      meaning: 'warn',
      title: 'Alerts reach nobody: no channel is set up',
      to: '/admin/alerts/settings',
      linkText: 'Thresholds and channels',
    },
  ])
  expect(list({}, [], { targets: { ...targets, sms: [] } })).toMatchObject([
    { title: 'SMS reaches nobody: it is not set up', to: '/admin/alerts/settings' },
  ])
  expect(list({}, [], { targets: { ...nobody, email: targets.email } })).toMatchObject([
    { title: 'Slack and SMS reach nobody: they are not set up' },
  ])
})

test('a channel that no threshold uses need not be set up', () => {
  const thresholds = [{ tier: 'ga', remaining: 5, level: 'critical', channels: ['email'] }] as const
  expect(list({}, [], { thresholds, targets: { slack: [], email: targets.email, sms: [] } })).toEqual([])
})

test('low stock names the fewest left first, and leads to the city where it is one', () => {
  const [one] = list({}, [cityFigures({ stock: { ga: { sold: 31 }, vip: { sold: 14 } } })])
  expect(one).toMatchObject({
    text: 'Dallas VIP: 1 left, Dallas GA: 4 left.',
    to: '/admin/cities/dallas-jan-2026',
  })
  const [many] = list(
    {},
    ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => cityFigures({ id, name: id, stock: { ga: { sold: 34 } } })),
  )
  expect(many).toMatchObject({ title: 'Low stock in 6 cities', to: '/admin?show=low#cities' })
  expect(many?.text).toBe('a GA: 1 left, b GA: 1 left, c GA: 1 left, d GA: 1 left and 2 more.')
})

test('a sold-out, a paused or a well-stocked city is not low', () => {
  expect(
    list({}, [
      cityFigures({ stock: { ga: { sold: 35 }, vip: { sold: 15 } } }),
      cityFigures({ id: 'b', saleState: 'paused', stock: { ga: { sold: 34 } } }),
      cityFigures({ id: 'c', stock: { ga: { sold: 20 } } }),
    ]),
  ).toEqual([])
})

test('a city on sale after its date', () => {
  expect(
    list({}, [cityFigures({ isPast: true }), cityFigures({ id: 'b', isPast: true, saleState: 'closed' })]),
  ).toMatchObject([{ key: 'past', title: '1 city still on sale after the date' }])
})

test('work that waits is named by its queue, and by the one that has waited longest', () => {
  expect(list({ lateQueues: [{ name: 'stripe-events', oldestSeconds: 300 }] })).toMatchObject([
    {
      key: 'late-queues',
      meaning: 'bad',
      text: 'Work has waited for 5 min: stripe-events. Does the worker run?',
      to: '/admin/queues',
    },
  ])
  const [many] = list({
    lateQueues: [
      { name: 'stripe-events', oldestSeconds: 90 },
      { name: 'audit', oldestSeconds: 7_200 },
    ],
  })
  expect(many?.text).toBe('Work has waited for 2 h: stripe-events, audit. Does the worker run?')
})

test('an audit that is three turns late', () => {
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
  expect(list({ auditedAt: ago(45) })).toEqual([])
  expect(list({ auditedAt: ago(46) })).toMatchObject([
    { key: 'old-audit', meaning: 'warn', title: 'The last audit ended 46 min ago', to: '/admin/audits' },
  ])
})

test('a full audit that is a day late, unless no audit runs at all', () => {
  const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000)
  expect(list({ fullAuditedAt: ago(8 * 24) })).toEqual([])
  expect(list({ fullAuditedAt: ago(8 * 24 + 1) })).toMatchObject([
    {
      key: 'old-full-audit',
      meaning: 'warn',
      title: 'No full audit has ended for more than a week',
      to: '/admin/audits',
    },
  ])
  expect(list({ auditedAt: ago(200), fullAuditedAt: ago(200) })).toMatchObject([{ key: 'old-audit' }])
})

test('half an hour without a comparison with Stripe, where a worker was ever up', () => {
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
  expect(list({ reconciledAt: null })).toEqual([])
  expect(list({ reconciledAt: ago(30) })).toEqual([])
  expect(list({ reconciledAt: ago(31) })).toMatchObject([
    {
      key: 'old-reconciliation',
      meaning: 'warn',
      title: 'Nothing has been compared with Stripe for 31 min',
      to: '/admin/queues',
    },
  ])
})

test('no audit yet', () => {
  expect(list({ auditedAt: null, fullAuditedAt: null })).toMatchObject([{ key: 'no-audit' }])
})
