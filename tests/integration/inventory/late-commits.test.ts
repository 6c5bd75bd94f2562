import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { checkInventoryStatus } from '@/lib/inventory'
import { execute, executeIn } from '@/lib/inventory/execute'
import type { Command } from '@/lib/inventory/commands'
import { transact } from '@/lib/queues/transaction'
import { refundFacts } from '@/lib/stripe/facts'
import { followRefunds } from '@/lib/stripe/follow-refunds'
import { aCity } from '../../support/stories/city'
import { awaitPayment, hold, reset, restock, sell, undoReset } from '../../support/stories/commands'
import { storyDatabase } from '../../support/stories/database'
import { deliver } from '../../support/stories/deliver'
import { waitingForLocks } from '../../support/stories/lock-waits'
import { aTicket } from '../../support/stories/tickets'
import { violations } from '../../support/stories/violations'
import { until } from '../../support/until'

const story = storyDatabase()

/** Runs commands in a transaction that commits only when `meanwhile` waits for one of its locks. */
async function heldBack<T>(commands: Command[], meanwhile: () => Promise<T>): Promise<T> {
  let started: Promise<T> | undefined
  await transact(async (trx) => {
    await executeIn(trx, [commands])
    started = meanwhile()
    await until(async () => (await waitingForLocks(story.owner)) > 0)
  })
  if (!started) throw new Error('Nothing was started')
  return started
}

/** Keeps a payment's row locked until `start` has started what waits behind it. */
async function whileLocked<T>(paymentId: string, start: () => Promise<T>): Promise<T> {
  return transact(async (trx) => {
    await sql`select from payments where id = ${paymentId} for update`.execute(trx)
    return start()
  })
}

describe('C15: news of a hold that commits later', () => {
  test('paid: the hold is found, sold once, and gone', async () => {
    const cityId = await aCity()
    const ticket = aTicket({ cityId, quantity: 2 })
    await heldBack([ticket.hold], () => deliver([ticket.completed()]))
    expect(await checkInventoryStatus(cityId)).toMatchObject({ sold: { ga: 2 }, held: { ga: 0 } })
    const [row] = await story.owner.query('select status, session_id from reservations where id = $1', [
      ticket.reservationId,
    ])
    expect(row).toEqual({ status: 'sold', session_id: ticket.sessionId })
    expect(await violations()).toEqual([])
  })

  test('paid, with the last seats of the city in that hold: the sale gets them', async () => {
    const cityId = await aCity({ ga: 2 })
    const ticket = aTicket({ cityId, quantity: 2 })
    await heldBack([ticket.hold], () => deliver([ticket.completed()]))
    expect(await checkInventoryStatus(cityId)).toMatchObject({ sold: { ga: 2 }, held: { ga: 0 } })
  })
})

describe('an undo and news of the sales that it brings back', () => {
  const sold = async () => {
    const cityId = await aCity()
    const payment = { sessionId: `cs_${cityId}`, paymentIntentId: `pi_${cityId}` }
    await execute([[sell(3, payment, { cityId, amountCents: 300_000 })]])
    await execute([[reset(cityId)]])
    return { cityId, payment }
  }

  test('wait for each other at the payment: no deadlock, no seat counted twice', async () => {
    const before = await story.deadlocks()
    const cases = await Promise.all(Array.from({ length: 5 }, sold))
    for (const { payment } of cases) {
      await story.owner.query(
        `insert into refunds (id, payment_intent_id, amount_cents, status) values ($1, $2, 100000, 'succeeded')`,
        [`re_${payment.sessionId}`, payment.paymentIntentId],
      )
    }
    for (const { cityId, payment } of cases) {
      const back = restock({ paymentIntentId: payment.paymentIntentId })
      await Promise.all([execute([[undoReset(cityId)]]), execute([[back]]), execute([[undoReset(cityId)]])])
      await execute([[back]])
      expect(await checkInventoryStatus(cityId)).toMatchObject({ sold: { ga: 2 } })
    }
    expect(await violations()).toEqual([])
    expect(await story.deadlocks()).toBe(before)
  })

  test('a sale that waits behind the undo is a duplicate', async () => {
    const { cityId, payment } = await sold()
    const [[again] = []] = await heldBack([undoReset(cityId)], () =>
      execute([[sell(3, payment, { cityId })], [hold(1, { cityId, reservationId: `later ${cityId}` })]]),
    )
    expect(again).toMatchObject({ status: 'duplicate', code: 'already_sold' })
    expect(await checkInventoryStatus(cityId)).toMatchObject({ sold: { ga: 3 }, held: { ga: 1 } })
  })
})

describe('the rows of payments that are known by different names', () => {
  test('a refund parked under its intent belongs to the sale that the library made of the session', async () => {
    const cityId = await aCity()
    const [sessionId, paymentIntentId] = [`cs_${cityId}`, `pi_${cityId}`]
    await execute([[sell(2, { sessionId }, { cityId, amountCents: 200_000 })]])
    await story.owner.query(
      `insert into refunds (id, payment_intent_id, amount_cents, status) values ($1, $2, 100000, 'succeeded')`,
      [`re_${cityId}`, paymentIntentId],
    )
    const [[parked] = []] = await execute([[restock({ paymentIntentId })]])
    expect(parked).toMatchObject({ code: 'not_yet_sold' })
    const names = { sessionId, paymentIntentId }
    const outcomes = await execute([[sell(2, names, { cityId })], [restock(names)]])
    expect(outcomes.flat()).toMatchObject([{ code: 'already_sold' }, { status: 'applied', quantity: 1 }])
    expect(await checkInventoryStatus(cityId)).toMatchObject({ sold: { ga: 1 } })
  })

  test('news of a refund that waits for the row under its intent finds the sale that the intent now belongs to', async () => {
    const cityId = await aCity()
    const ticket = aTicket({ cityId, quantity: 3 })
    const { sessionId, intent: paymentIntentId, reservationId } = ticket
    await execute([[ticket.hold], [sell(3, { reservationId }, { cityId })]])
    await deliver([ticket.refund(1, 100_000, 'succeeded')])
    const names = { sessionId, paymentIntentId, reservationId }
    const second = refundFacts.parse(ticket.refund(2, 100_000, 'succeeded').object)

    // The payment has the row of its intent already, and not yet that of the sale, when the news comes.
    const { paid, refunded } = await whileLocked(`reservation:${reservationId}`, async () => {
      const paid = execute([
        [sell(3, names, { cityId, amountCents: 300_000, currency: 'usd' })],
        [restock(names)],
      ])
      await until(async () => (await waitingForLocks(story.owner)) === 1)
      const refunded = followRefunds([second])
      await until(async () => (await waitingForLocks(story.owner)) === 2)
      return { paid, refunded }
    })
    expect((await paid).flat()).toMatchObject([{ code: 'already_sold' }, { status: 'applied', quantity: 1 }])
    expect(await refunded).toMatchObject({ changed: 1, left: 0 })
    expect(await checkInventoryStatus(cityId)).toMatchObject({ sold: { ga: 1 }, held: { ga: 0 } })
    const named = await story.owner.query('select id from payments where reservation_id = $1', [
      reservationId,
    ])
    expect(named).toEqual([{ id: `reservation:${reservationId}` }])
  })

  test('a debit and a sale by the same unknown name: the second yields', async () => {
    for (const order of ['debit first', 'sale first']) {
      const cityId = await aCity()
      const ticket = aTicket({ cityId })
      const names = {
        sessionId: ticket.sessionId,
        paymentIntentId: ticket.intent,
        reservationId: ticket.reservationId,
      }
      const debit = awaitPayment(ticket.reservationId, names)
      const sale = sell(1, { reservationId: ticket.reservationId }, { cityId })
      const [first, second] = order === 'debit first' ? [debit, sale] : [sale, debit]
      const [[outcome] = []] = await heldBack([first], () => execute([[second]]))
      expect([order, outcome]).toMatchObject([
        order,
        { code: order === 'debit first' ? 'payment_on_its_way' : 'already_closed' },
      ])
      await deliver([ticket.asyncSucceeded()])
      expect(await checkInventoryStatus(cityId)).toMatchObject({ sold: { ga: 1 } })
    }
    expect(await violations()).toEqual([])
  })

  test('two sessions of one reservation that the library had sold: one is that sale, one its own', async () => {
    for (const together of [true, false]) {
      const cityId = await aCity()
      const reservationId = `r ${cityId}`
      await execute([[hold(1, { cityId, reservationId })], [sell(1, { reservationId }, { cityId })]])
      const sessions = [`cs_1_${cityId}`, `cs_2_${cityId}`].map((sessionId) => [
        sell(1, { sessionId, paymentIntentId: sessionId.replace('cs', 'pi'), reservationId }, { cityId }),
      ])
      const outcomes = together
        ? await execute(sessions)
        : (await Promise.all(sessions.map((group) => execute([group])))).flat()
      expect(
        outcomes
          .flat()
          .map((outcome) => outcome.status)
          .sort(),
      ).toEqual(['applied', 'duplicate'])
      expect(await checkInventoryStatus(cityId)).toMatchObject({ sold: { ga: 2 }, held: { ga: 0 } })
    }
    expect(await violations()).toEqual([])
  })
})
