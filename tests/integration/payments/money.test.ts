import fc from 'fast-check'
import { expect, test } from 'vitest'
import { listExceptions, type PaymentException } from '@/lib/payments/read-exceptions'
import { paymentsCsv } from '@/lib/payments/payments-csv'
import { dismissException } from '@/lib/payments/resolve-dismiss'
import { expandForException } from '@/lib/payments/resolve-expand'
import { restockForException } from '@/lib/payments/resolve-restock'
import { findPayments } from '@/tests/support/find-payments'
import { aCity, ticketPrice } from '@/tests/support/stories/city'
import { storyDatabase } from '@/tests/support/stories/database'
import { deliver } from '@/tests/support/stories/deliver'
import {
  type MoneyStep,
  type MoneyWorld,
  news,
  newMoneyWorld,
  newsOf,
  stories,
  sum,
} from '@/tests/support/stories/money'
import { expectSoundBooks } from '@/tests/support/stories/sound-books'
import { ada } from '@/tests/support/unplaced-payments'

/** Whatever happens to the money after the sale: seats follow it, or a person is asked, and its figures add up. */

storyDatabase()

/** The same stories each time; another seed tells others. A story that fails is not made shorter, which takes minutes. */
const runs = { seed: 20_260_112, numRuns: 20, endOnFailure: true }

async function begin(seats: number): Promise<MoneyWorld> {
  const world = newMoneyWorld(await aCity({ ga: seats }))
  await deliver(world.told)
  return world
}

async function take(world: MoneyWorld, step: MoneyStep): Promise<void> {
  if (step.type === 'decide') return decide(world, step)
  const events = newsOf(world, step)
  world.told.push(...events)
  if (events.length > 0) await deliver(events)
}

async function decide(world: MoneyWorld, { nth, how, seats }: MoneyStep & { type: 'decide' }) {
  const waiting = await Promise.all(world.payments.map((_, of) => waitingOf(world, of)))
  const exceptions = waiting.flat()
  const exception = exceptions[nth % exceptions.length]
  if (!exception) return
  const { id } = exception
  if (how === 'dismiss') await dismissException(id, ada)
  else if (how === 'expand') await expandForException(id, ada)
  else await restockForException(id, ada, seats === 0 ? {} : { seats })
}

async function exceptionsOf(
  world: MoneyWorld,
  of: number,
  state: 'waiting' | 'all',
): Promise<PaymentException[]> {
  const search = world.payments[of]?.ticket.intent ?? ''
  return (await listExceptions({ state, search })).exceptions
}

const waitingOf = (world: MoneyWorld, of: number) => exceptionsOf(world, of, 'waiting')

/** The payment, and how its figures are in the file. */
async function figuresOf(world: MoneyWorld, of: number) {
  const { ticket } = world.payments[of] ?? {}
  const [payment] = await findPayments(ticket?.intent ?? '')
  if (!payment) throw new Error(`Payment ${of} is not known`)
  let csv = ''
  for await (const piece of paymentsCsv(ticket?.intent ?? '')) csv += piece
  const [head = [], row = []] = csv
    .trim()
    .split('\r\n')
    .map((line) => line.split(','))
  const field = (name: string) => Number(row[head.indexOf(name)])
  return { payment, field }
}

async function checkPayment(world: MoneyWorld, of: number): Promise<void> {
  const { seats, refunds, disputes } = world.payments[of] ?? { seats: 0, refunds: [], disputes: [] }
  const { payment, field } = await figuresOf(world, of)
  const { seatsSold, seatsReturned, refundedCents, lostCents } = payment
  expect([seatsSold, seatsReturned >= 0 && seatsReturned <= seats]).toEqual([seats, true])
  const refunded = sum(refunds.filter(({ object }) => object.status === 'succeeded'))
  expect(refundedCents).toBe(refunded)
  expect([field('seats'), field('seatsGivenBack')]).toEqual([seats - seatsReturned, seatsReturned])
  const paid = seats * ticketPrice.ga
  expect([field('amount'), field('refunded'), field('lost')]).toEqual(
    [paid, refunded, lostCents].map((cents) => cents / 100),
  )
  const all = await exceptionsOf(world, of, 'all')
  const lost = disputes.filter(({ object }) => object.status === 'lost')
  const givenBack = all.some(
    ({ kind, resolution }) => kind === 'dispute_lost' && resolution !== null && resolution !== 'dismissed',
  )
  // What was kept, or lost, of what was paid.
  expect(lostCents).toBeLessThanOrEqual(Math.max(givenBack ? sum(lost) : 0, paid - refunded))
  if (seatsReturned === 0 && !givenBack) expect(lostCents).toBe(0)
  // Each lost dispute is told of.
  expect(all.reduce((count, { lostDisputes }) => count + lostDisputes, 0)).toBe(lost.length)
  checkExceptions(all, { back: refunded + lostCents, paid, seatsReturned })
}

interface Back {
  /** What went back, and what was paid, in cents. */
  back: number
  paid: number
  seatsReturned: number
}

/** What waits for a person is so, and what is not so has been decided by one. */
function checkExceptions(all: PaymentException[], { back, paid, seatsReturned }: Back): void {
  const waiting = all.filter(({ state }) => state !== 'resolved').map(({ kind }) => kind)
  const isWhole = back >= paid || back % ticketPrice.ga === 0
  const due = Math.min(paid, back) / ticketPrice.ga
  if (waiting.includes('unclear_refund')) expect(isWhole).toBe(false)
  if (waiting.includes('refund_failed')) expect(seatsReturned).toBeGreaterThan(due)
  const isAsked = waiting.includes('unclear_refund') || waiting.includes('refund_failed')
  const isDecided = all.some(
    ({ kind, resolution }) =>
      resolution === 'restocked' || (resolution === 'dismissed' && kind !== 'dispute_lost'),
  )
  if (!isAsked && !isDecided) expect([isWhole, seatsReturned]).toEqual([true, due])
}

async function checkAll(world: MoneyWorld): Promise<void> {
  for (const of of world.payments.keys()) await checkPayment(world, of)
}

test.each([
  ['with seats to spare', 40],
  ['where every seat was sold', 5],
])('%s', { timeout: 120_000 }, async (_, seats) => {
  const property = fc.asyncProperty(stories, async (story) => {
    const world = await begin(seats)
    for (const step of story) await take(world, step)
    await checkAll(world)
  })
  await fc.assert(property, runs)
  await expectSoundBooks()
})

test('with seats to spare, the news end the same in any order', { timeout: 120_000 }, async () => {
  const places = fc.array(fc.nat({ max: 99 }), { minLength: 22, maxLength: 22, size: 'max' })
  const property = fc.asyncProperty(news, places, async (story, order) => {
    const world = await begin(40)
    for (const step of story) await take(world, step)
    await checkAll(world)
    const other = newMoneyWorld(await aCity({ ga: 40 }))
    for (const step of story) other.told.push(...newsOf(other, step))
    const shuffled = other.told
      .map((event, at) => ({ event, place: order[at] ?? 0 }))
      .toSorted((one, another) => one.place - another.place)
    for (const { event } of shuffled) await deliver([event])
    expect(await endOf(other)).toEqual(await endOf(world))
  })
  await fc.assert(property, runs)
  await expectSoundBooks()
})

async function endOf(world: MoneyWorld) {
  const ends = []
  for (const of of world.payments.keys()) {
    const { state, seatsSold, seatsReturned, refundedCents, lostCents, dispute } = (
      await figuresOf(world, of)
    ).payment
    const waiting = (await waitingOf(world, of)).map(({ kind, lostDisputes }) => [kind, lostDisputes]).sort()
    // Until a person says how many seats are due, those are back that came back before: that depends on the order.
    const back = waiting.some(([kind]) => kind === 'unclear_refund') ? null : { state, seatsReturned }
    ends.push({ seatsSold, refundedCents, lostCents, dispute, waiting, ...back })
  }
  return ends
}
