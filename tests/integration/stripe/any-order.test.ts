import { expect, test } from 'vitest'
import { database } from '@/lib/database'
import { execute, executeIn } from '@/lib/inventory/execute'
import { transact } from '@/lib/queues/transaction'
import { deliver } from '@/tests/support/stories/deliver'
import { aTicket } from '@/tests/support/stories/tickets'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { until } from '@/tests/support/until'

const counter = ticketCounter()

async function aRefundedOrder() {
  const city = await counter.aCity()
  const { sessionId } = await counter.opened(city)
  const paid = await counter.control.pay(sessionId)
  const refunded = await counter.control.refund(sessionId)
  const pick = (events: { id: string; type: string }[], type: string) => {
    const found = events.find((event) => event.type === type)
    if (!found) throw new Error(`no ${type}`)
    return found
  }
  return {
    city,
    completed: pick(paid.events, 'checkout.session.completed'),
    refunded: pick(refunded.events, 'charge.refunded'),
  }
}

test('charge.refunded before completed: nothing sold, nothing held', async () => {
  const { city, completed, refunded } = await aRefundedOrder()
  await counter.handle(refunded)
  await counter.handle(completed)
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 0 })
})

test('charge.refunded after completed: the same', async () => {
  const { city, completed, refunded } = await aRefundedOrder()
  await counter.handle(completed)
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
  await counter.handle(refunded)
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 0 })
})

test('both in one batch, in two workers at the same instant, 20 times: the same', async () => {
  for (let round = 0; round < 20; round++) {
    const { city, completed, refunded } = await aRefundedOrder()
    await counter.deliver(completed, refunded)
    if (round % 2 === 0) await counter.work()
    else await counter.workByTwo()
    expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 0 })
  }
})

test("a late expiry of a buyer's first session does not free the hold of the second", async () => {
  const city = await counter.aCity()
  const token = 'a buyer who changed their mind'
  const first = await counter.opened(city, { quantity: 1, token })
  const second = await counter.opened(city, { quantity: 3, token })
  expect(second.sessionId).not.toBe(first.sessionId)
  const { events } = await counter.control.snapshot()
  const expired = events.filter((event) => event.objectId === first.sessionId)
  expect(expired.map((event) => event.type)).toEqual(['checkout.session.expired'])
  await counter.handle(...expired)
  expect(await counter.stock(city)).toMatchObject({ sold: 0, held: 3 })
  await counter.handle(...(await counter.control.pay(second.sessionId)).events)
  expect(await counter.stock(city)).toMatchObject({ sold: 3, held: 0 })
})

test('paid, while the transaction of its hold is still open: the sale waits for it and takes the hold', async () => {
  const city = await counter.aCity({ ga: 5 })
  const reservationId = `late-${city}`
  let commit = (): void => undefined
  const committed = new Promise<void>((resolve) => (commit = resolve))
  let took = (): void => undefined
  const taken = new Promise<void>((resolve) => (took = resolve))
  const hold = transact(async (trx) => {
    await executeIn(trx, [
      [{ type: 'hold', reservationId, cityId: city, tier: 'ga', quantity: 2, reach: 'by_setting' }],
    ])
    took()
    await committed
  })
  await taken
  const metadata = { cityId: city, ticketType: 'GA', quantity: '2', reservationId }
  const { session } = await counter.control.createSession({ metadata, quantity: 2 })
  await counter.deliver(...(await counter.control.pay(session.id)).events)
  const working = counter.work()
  await until(somebodyWaits)
  commit()
  await hold
  await working
  expect(await counter.stock(city)).toMatchObject({ sold: 2, held: 0 })
})

async function somebodyWaits(): Promise<boolean> {
  const { rows } = await counter.owner.query(`
    select 1 from pg_locks where not granted
      and pid in (select pid from pg_stat_activity where datname = current_database())`)
  return rows.length > 0
}

test('a dispute is marked whether it comes before or after the sale, and a lost one needs a person', async () => {
  const city = await counter.aCity()
  for (const late of [false, true]) {
    const { sessionId } = await counter.opened(city)
    const paid = await counter.control.pay(sessionId)
    const { dispute, events } = await counter.control.dispute(sessionId)
    const lost = await counter.control.closeDispute(dispute.id, 'lost')
    const news = late ? [paid.events, lost.events, events] : [events, lost.events, paid.events]
    for (const some of news) await counter.handle(...some)
    const payment = await database()
      .selectFrom('payments')
      .select(['dispute', 'state'])
      .where('session_id', '=', sessionId)
      .executeTakeFirst()
    expect(payment).toEqual({ dispute: 'lost', state: 'sold' })
    const exceptions = await database()
      .selectFrom('payment_exceptions')
      .innerJoin('payments', 'payments.id', 'payment_exceptions.payment_id')
      .select('kind')
      .where('session_id', '=', sessionId)
      .execute()
    expect(exceptions).toEqual([{ kind: 'dispute_lost' }])
  }
  expect(await counter.stock(city)).toMatchObject({ sold: 2, held: 0 })
})

test('the news of a failed debit that comes after that of its success takes nothing back', async () => {
  const cityId = await counter.aCity()
  const ticket = aTicket({ cityId })
  await execute([[ticket.hold]])
  for (const news of [ticket.completedUnpaid(), ticket.asyncSucceeded(), ticket.asyncFailed()])
    await deliver([news])
  const payment = await database()
    .selectFrom('payments')
    .select('state')
    .where('session_id', '=', ticket.sessionId)
    .executeTakeFirst()
  expect(payment).toEqual({ state: 'sold' })
  expect(await counter.stock(cityId)).toMatchObject({ sold: 1, held: 0 })
})
