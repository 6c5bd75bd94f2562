import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { database } from '@/lib/database'
import { runRefundJob } from '@/lib/payments/refund-at-once'
import { refundException } from '@/lib/payments/resolve-refund'
import { getException, listExceptions } from '@/lib/payments/read-exceptions'
import { longestMailMs } from '@/lib/mail-limits'
import { listDeadLetters, replayDeadLetters } from '@/lib/queues/dead-letters'
import { startSmtpStandIn, type SmtpStandIn } from '@/tests/support/smtp-stand-in'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { until } from '@/tests/support/until'
import { workQueue } from '@/worker/queue-worker'
import { refundsWorker } from '@/worker/refunds'

let smtp: SmtpStandIn
beforeAll(async () => {
  smtp = await startSmtpStandIn()
  Object.assign(process.env, { SMTP_URL: smtp.smtpUrl, MAIL_FROM: '6FB <tickets@example.com>' })
})
const counter = ticketCounter()
afterAll(() => smtp.stop())

beforeEach(async () => {
  await setting('refund')
  smtp.mails.length = 0
})

async function setting(noSeat: 'wait' | 'refund') {
  await sql`
    insert into settings (key, value) values ('payments', ${JSON.stringify({ noSeat })}::jsonb)
    on conflict (key) do update set value = excluded.value`.execute(database())
}

let buyers = 0

/** Paid after its hold was gone and the last seat with it; the news has not come yet. */
async function aPaymentWithoutSeat() {
  const city = await counter.aCity({ ga: 1 })
  const email = `buyer-${++buyers}@example.com`
  const { sessionId } = await counter.opened(city, { email })
  const { events } = await counter.control.pay(sessionId)
  await counter.advance(60)
  const other = await counter.opened(city)
  await counter.handle(...(await counter.control.pay(other.sessionId)).events)
  return { city, sessionId, events, email }
}

async function exceptionOf(sessionId: string) {
  const { exceptions } = await listExceptions({ state: 'all' })
  const found = exceptions.filter((one) => one.payment.sessionId === sessionId)
  expect(found).toHaveLength(1)
  return found[0]
}

async function refundsOf(sessionId: string) {
  const { refunds, sessions } = await counter.control.snapshot()
  const session = sessions.find(({ id }) => id === sessionId)
  return refunds.filter((refund) => refund.payment_intent === session?.payment_intent)
}

async function retryNow() {
  await sql`update pgboss.job set start_after = now() where name = 'refunds' and state = 'retry'`.execute(
    database(),
  )
}

test('by default a payment that finds no seat waits for a person', async () => {
  await setting('wait')
  const { sessionId, events } = await aPaymentWithoutSeat()
  await counter.handle(...events)
  expect(await counter.work('refunds')).toEqual([])
  expect(await exceptionOf(sessionId)).toMatchObject({ kind: 'no_seat', state: 'open' })
  expect(await refundsOf(sessionId)).toEqual([])
})

test('or it is refunded at once, with a mail to the buyer', async () => {
  const { city, sessionId, events, email } = await aPaymentWithoutSeat()
  await counter.handle(...events)
  expect(await counter.work('refunds')).toHaveLength(2)
  expect(await exceptionOf(sessionId)).toMatchObject({
    state: 'resolved',
    resolution: 'refunded',
    resolvedBy: 'setting',
    reason: 'No seat was left. By the settings such payments are refunded at once',
    payment: { state: 'refunded' },
  })
  expect(await refundsOf(sessionId)).toMatchObject([{ amount: 100_000, status: 'succeeded' }])
  expect(smtp.mails).toMatchObject([{ to: email, subject: 'Your workshop payment is refunded' }])
  expect(smtp.mails[0]?.raw.replaceAll('=\r\n', '')).toContain('Your payment of $1,000 is on its way back')
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
})

test('one refund and one mail, though the news comes five times and the worker dies right after Stripe’s answer', async () => {
  const { sessionId, events } = await aPaymentWithoutSeat()
  for (let times = 0; times < 5; times++) await counter.handle(...events)
  const [exception] = (await listExceptions()).exceptions
  // Dead after Stripe has answered: the claim is taken, the refund made, and nothing noted.
  await sql`update payment_exceptions set state = 'resolving', claimed_by = 'setting', claimed_at = app_now(),
    reason = 'dying' where id = ${exception?.id ?? 0}`.execute(database())
  await counter.control.refund(sessionId, null, { metadata: { exceptionId: String(exception?.id) } })
  expect(await counter.work('refunds')).toMatchObject([{ status: 'failed' }])
  await retryNow()
  expect(await counter.work('refunds')).toMatchObject([{ status: 'failed' }])
  await counter.advance(6)
  await retryNow()
  expect((await counter.work('refunds')).map(({ status }) => status)).toEqual(['completed', 'completed'])
  await counter.handle(...events)
  await counter.work('refunds')
  expect(await refundsOf(sessionId)).toHaveLength(1)
  expect(smtp.mails).toHaveLength(1)
  expect(await exceptionOf(sessionId)).toMatchObject({ state: 'resolved', resolution: 'refunded' })
})

test('each step runs three times at once: one refund, one mail', async () => {
  const { sessionId, events } = await aPaymentWithoutSeat()
  await counter.handle(...events)
  const exceptionId = (await exceptionOf(sessionId))?.id ?? 0
  for (const step of ['refund', 'mail'] as const) {
    const runs = [1, 2, 3].map(() => runRefundJob({ exceptionId, step }))
    expect(await Promise.all(runs)).toContain('done')
  }
  await counter.work('refunds')
  expect(await refundsOf(sessionId)).toHaveLength(1)
  expect(smtp.mails).toHaveLength(1)
})

test('an answer that is lost on its way is asked for again, under the same key', async () => {
  const { sessionId, events } = await aPaymentWithoutSeat()
  await counter.handle(...events)
  await counter.control.fault({ match: 'POST /v1/refunds', kind: 'status-after', times: 2 })
  await counter.work('refunds')
  await retryNow()
  await counter.work('refunds')
  expect(await refundsOf(sessionId)).toHaveLength(1)
  expect(smtp.mails).toHaveLength(1)
  await counter.control.clearFaults()
})

test('when our own refund’s webhook is faster than its job the buyer is told all the same', async () => {
  const { sessionId, events } = await aPaymentWithoutSeat()
  await counter.handle(...events)
  const exception = await exceptionOf(sessionId)
  await sql`update payment_exceptions set state = 'resolving', claimed_by = 'setting', claimed_at = app_now()
    where id = ${exception?.id ?? 0}`.execute(database())
  const refunded = await counter.control.refund(sessionId, null, {
    metadata: { exceptionId: String(exception?.id) },
  })
  await counter.handle(...refunded.events)
  expect(await counter.work('refunds')).toHaveLength(2)
  expect(smtp.mails).toHaveLength(1)
  expect(await refundsOf(sessionId)).toHaveLength(1)
})

test('when it is faster than the retry of a call whose answer was lost the buyer is told, once', async () => {
  const { sessionId, events, email } = await aPaymentWithoutSeat()
  await counter.handle(...events)
  await counter.control.fault({ match: 'POST /v1/refunds', kind: 'status-after' })
  expect(await counter.work('refunds')).toMatchObject([{ status: 'failed' }])
  const [refund] = await refundsOf(sessionId)
  const { events: all } = await counter.control.snapshot()
  await counter.handle(...all.filter(({ objectId }) => objectId === refund?.id))
  expect(await exceptionOf(sessionId)).toMatchObject({ resolution: 'refunded', resolvedBy: 'system' })
  await retryNow()
  expect((await counter.work('refunds')).map(({ status }) => status)).toEqual(['completed', 'completed'])
  await counter.work('refunds')
  expect(smtp.mails).toMatchObject([{ to: email }])
  expect(await refundsOf(sessionId)).toHaveLength(1)
})

test('a person who refunds it first is not overtaken', async () => {
  const { sessionId, events } = await aPaymentWithoutSeat()
  await counter.handle(...events)
  const exception = await exceptionOf(sessionId)
  const [byPerson] = await Promise.all([
    refundException(exception?.id ?? 0, { actor: 'ada' }),
    counter.work('refunds'),
  ])
  await retryNow()
  await counter.work('refunds')
  expect(await refundsOf(sessionId)).toHaveLength(1)
  const after = await exceptionOf(sessionId)
  expect(after).toMatchObject({ state: 'resolved', resolution: 'refunded' })
  expect(after?.resolvedBy).toBe(byPerson.ok ? 'ada' : 'setting')
})

test('a mail server that is away costs a retry of the mail, not of the refund', async () => {
  const { sessionId, events, email } = await aPaymentWithoutSeat()
  await counter.handle(...events)
  smtp.refuse(email, 451)
  await counter.work('refunds')
  expect(smtp.mails).toEqual([])
  await retryNow()
  await counter.work('refunds')
  expect(smtp.mails).toMatchObject([{ to: email }])
  expect(await refundsOf(sessionId)).toHaveLength(1)
})

test('a mail that the server never answers is sent once more, after a minute, and then left to a person', async () => {
  const { sessionId, events, email } = await aPaymentWithoutSeat()
  await counter.handle(...events)
  smtp.answer(email, 'never', 'never')
  await counter.work('refunds')
  expect(smtp.mails).toHaveLength(1)
  const { rows } = await sql<{ seconds: number }>`
    select extract(epoch from start_after - now())::float8 as seconds from pgboss.job
    where name = 'refunds' and state in ('created', 'retry')`.execute(database())
  expect(rows).toHaveLength(1)
  expect(rows[0]?.seconds).toBeGreaterThan(55)
  const known = (await listDeadLetters()).length
  await sql`update pgboss.job set start_after = now() where name = 'refunds' and state = 'created'`.execute(
    database(),
  )
  expect(await counter.work('refunds')).toMatchObject([{ status: 'dead' }])
  expect(await counter.work('refunds')).toEqual([])
  expect(smtp.mails).toHaveLength(2)
  const letters = await listDeadLetters()
  expect(letters).toHaveLength(known + 1)
  expect(letters[0]).toMatchObject({ error: expect.stringContaining('may have arrived') as unknown })

  await replayDeadLetters('refunds-dead', { ids: letters.slice(0, 1).map(({ id }) => id) })
  expect(await counter.work('refunds')).toMatchObject([{ status: 'completed' }])
  expect(smtp.mails.map(({ to }) => to)).toEqual([email, email, email])
  expect(await refundsOf(sessionId)).toHaveLength(1)
})

test('a mail that is slowly accepted is nobody else’s for as long as that may take, and keeps no refund back', async () => {
  const slow = await aPaymentWithoutSeat()
  const next = await aPaymentWithoutSeat()
  const { promise, resolve: accept } = Promise.withResolvers<void>()
  smtp.answer(slow.email, promise)
  await workQueue(counter.boss, refundsWorker)
  try {
    await counter.handle(...slow.events)
    await until(() => smtp.mails.length === 1)
    const { rows } = await sql<{ seconds: number }>`
      select extract(epoch from lease_until - app_now())::float8 as seconds from idempotency_keys
      where scope = 'refund mail' and answer is null`.execute(database())
    expect(rows).toHaveLength(1)
    expect((rows[0]?.seconds ?? 0) * 1_000).toBeGreaterThan(longestMailMs - 10_000)
    await counter.handle(...next.events)
    await until(async () => (await exceptionOf(next.sessionId))?.state === 'resolved')
    accept()
    await until(() => smtp.mails.length === 2)
  } finally {
    await counter.boss.offWork('refunds')
  }
  expect(smtp.mails.map(({ to }) => to)).toEqual([slow.email, next.email])
})

test('a mail that is refused for good is a dead letter, without the address', async () => {
  const { events, email } = await aPaymentWithoutSeat()
  await counter.handle(...events)
  smtp.refuse(email, 550)
  await counter.work('refunds')
  const letters = await listDeadLetters()
  expect(letters).toMatchObject([{ queue: 'refunds-dead', payload: { step: 'mail' } }])
  expect(JSON.stringify(letters)).not.toContain(email)
})

test('a refund that Stripe refuses stays with the people', async () => {
  const { sessionId, events } = await aPaymentWithoutSeat()
  await counter.control.dispute(sessionId)
  await counter.handle(...events)
  expect(await counter.work('refunds')).toMatchObject([{ status: 'dead' }])
  expect(await exceptionOf(sessionId)).toMatchObject({ state: 'open' })
  expect(smtp.mails).toEqual([])
})

test('an order that cost nothing waits for a person, and nobody is told of a refund', async () => {
  const city = await counter.aCity({ ga: 1 })
  const metadata = { cityId: city, ticketType: 'GA', quantity: '2' }
  const { session } = await counter.control.createSession({ metadata, quantity: 2, discount: 100 })
  await counter.handle(...(await counter.control.pay(session.id)).events)
  const exception = await exceptionOf(session.id)
  expect(exception).toMatchObject({ kind: 'no_seat', state: 'open', amountCents: 0 })
  expect(await counter.work('refunds')).toEqual([])
  const told = await counter.rows(
    sql<{ body: string }>`select body from alerts where exception_id = ${exception?.id ?? 0}`,
  )
  expect(told).toEqual([{ body: expect.stringContaining('It waits in the console') as string }])
})

test('kinds that a person must look at are never refunded by the setting', async () => {
  const { session } = await counter.control.createSession({
    metadata: { cityId: 'atlantis', ticketType: 'GA' },
  })
  await counter.handle(...(await counter.control.pay(session.id)).events)
  expect(await counter.work('refunds')).toEqual([])
  const exception = await exceptionOf(session.id)
  expect(await getException(exception?.id ?? 0)).toMatchObject({ kind: 'unknown_city', state: 'open' })
})
