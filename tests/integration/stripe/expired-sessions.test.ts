import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sweepReservations } from '@/lib/checkout/sweep'
import { database } from '@/lib/database'
import { startSmtpStandIn, type SmtpStandIn } from '@/tests/support/smtp-stand-in'
import { ticketCounter } from '@/tests/support/ticket-counter'

/** An expired session is an order that nobody wanted any more: it frees seats and bothers no one. */

let smtp: SmtpStandIn
beforeAll(async () => {
  smtp = await startSmtpStandIn()
  Object.assign(process.env, {
    SMTP_URL: smtp.smtpUrl,
    MAIL_FROM: '6FB <tickets@example.com>',
    ADMIN_EMAIL: 'team@example.com',
  })
})
const counter = ticketCounter()
afterAll(() => smtp.stop())

beforeEach(async () => {
  // The setting under which buyers get mail.
  await sql`
    insert into settings (key, value) values ('payments', '{"noSeat": "refund"}')
    on conflict (key) do nothing`.execute(database())
  await counter.owner.query('truncate alert_deliveries, alerts')
  smtp.mails.length = 0
})

/** What people hear of what has been handled. */
async function told() {
  await counter.work('refunds')
  const alerts = await counter.rows(sql<{ kind: string }>`select kind from alerts`)
  return { mails: smtp.mails.map(({ to, subject }) => `${to}: ${subject}`), alerts }
}

const nobody = { mails: [], alerts: [] }

const order = { email: 'ada@example.com', quantity: 2 }

/** The news of its expiry, though it was paid: Stripe promises no order. */
async function expiryOf(session: object) {
  return counter.control.emitEvent('checkout.session.expired', { ...session, status: 'expired' })
}

const stories: [string, (sessionId: string) => Promise<{ id: string }[]>][] = [
  ['that nobody paid', async (sessionId) => (await counter.control.expire(sessionId)).events],
  [
    'whose card was declined',
    async (sessionId) => {
      const declined = await counter.control.decline(sessionId)
      return [...declined.events, ...(await counter.control.expire(sessionId)).events]
    },
  ],
  [
    'that the sweep closed',
    async (sessionId) => {
      await counter.advance(16)
      await sweepReservations()
      const { events } = await counter.control.snapshot()
      return events.filter(({ objectId }) => objectId === sessionId)
    },
  ],
  [
    'that expires once more',
    async (sessionId) => {
      const { events, session } = await counter.control.expire(sessionId)
      return [...events, await expiryOf(session)]
    },
  ],
  [
    'that was paid before',
    async (sessionId) => {
      const { events, session } = await counter.control.pay(sessionId)
      return [...events, await expiryOf(session)]
    },
  ],
  [
    'whose payment is told later',
    async (sessionId) => {
      const { events, session } = await counter.control.pay(sessionId)
      return [await expiryOf(session), ...events]
    },
  ],
]

test.each(stories)('a session %s sends no mail and raises no alert', async (_name, story) => {
  const { sessionId } = await counter.opened(await counter.aCity(), order)
  const news = await story(sessionId)
  expect(news.length).toBeGreaterThan(0)
  for (const event of news) await counter.handle(event)
  expect(await told()).toEqual(nobody)
})

test('a payment whose seats went to somebody else after its expiry does both', async () => {
  const city = await counter.aCity({ ga: 2 })
  const { sessionId } = await counter.opened(city, order)
  const { events, session } = await counter.control.pay(sessionId)
  await counter.handle(await expiryOf(session))
  expect(await told()).toEqual(nobody)
  await counter.opened(city, { ...order, email: 'grace@example.com' })
  await counter.handle(...events)
  expect(await told()).toEqual({
    mails: ['ada@example.com: Your workshop payment is refunded'],
    alerts: [{ kind: 'exception' }],
  })
})
