import { afterAll, describe, expect, test } from 'vitest'
import { database } from '@/lib/database'
import { decrementInventory, expandInventory } from '@/lib/inventory'
import { execute } from '@/lib/inventory/execute'
import { assignException } from '@/lib/payments/resolve-assign'
import { dismissException } from '@/lib/payments/resolve-dismiss'
import { sessionFacts } from '@/lib/stripe/facts'
import { applySession } from '@/lib/stripe/process-session'
import { faultOfSale } from '@/lib/stripe/sale-fault'
import { aCity } from '../../support/stories/city'
import { storyDatabase } from '../../support/stories/database'
import { accept, deliver } from '../../support/stories/deliver'
import {
  anOrderFromElsewhere,
  aReservation,
  onItsWay,
  openExceptions,
  paymentOf,
  type Reserved,
  stockOf,
  ways,
} from '../../support/stories/library-sales'
import { expectSoundBooks } from '../../support/stories/sound-books'
import { aTicket, unreadable } from '../../support/stories/tickets'
import { ada } from '../../support/unplaced-payments'

/** What becomes of the payment of an order that other code sells: a debit, a person's decision, a refund. */

const story = storyDatabase()

afterAll(expectSoundBooks)

describe('sold through the library by its reservation, whose bank debit', () => {
  const steps = {
    library: ways['through the library, by its reservation'],
    unpaid: ({ ticket }: Reserved) => deliver([ticket.completedUnpaid()]),
    succeeded: ({ ticket }: Reserved) => deliver([ticket.asyncSucceeded()]),
    failed: ({ ticket }: Reserved) => deliver([ticket.asyncFailed()]),
  }
  /** As the worker does it, which looks again where it lost a race. */
  const unpaidAtOnce = ({ ticket }: Reserved) =>
    applySession(sessionFacts.parse(ticket.completedUnpaid().object), 'checkout.session.completed')

  test.each([
    { order: ['library', 'unpaid', 'succeeded'], said: { success: true, availableAfter: 8 }, sold: 2 },
    { order: ['unpaid', 'library', 'succeeded'], said: onItsWay, sold: 2 },
    { order: ['unpaid', 'library', 'failed'], said: onItsWay, sold: 0 },
    { order: ['library', 'unpaid', 'failed'], said: { success: true, availableAfter: 8 }, sold: 2 },
  ] as const)('$order: $sold seats', async ({ order, said, sold }) => {
    const reserved = await aReservation()
    for (const step of order) {
      const answer = await steps[step](reserved)
      if (answer) expect(answer).toEqual(said)
    }
    expect(await stockOf(reserved)).toEqual({ sold, held: 0 })
    expect(await openExceptions(reserved)).toEqual([])
  })

  test('is told of at the same moment, 20 times, and succeeds: once', async () => {
    for (let round = 0; round < 20; round++) {
      const reserved = await aReservation()
      const both = [steps.library, unpaidAtOnce]
      await Promise.all((round % 2 === 0 ? both : both.toReversed()).map((step) => step(reserved)))
      await steps.succeeded(reserved)
      expect(await stockOf(reserved)).toEqual({ sold: 2, held: 0 })
    }
  })
})

describe('sold through the library by its reservation, whose debit waits without seats', () => {
  /** The hold had lapsed, and somebody else had its seats, when the debit began; now there are others. */
  async function aDebitWithoutSeats(): Promise<Reserved> {
    const cityId = await aCity({ ga: 2 })
    const ticket = aTicket({ cityId, quantity: 2 })
    await execute([[ticket.hold]])
    await story.moveClock(60)
    await decrementInventory(cityId, 'ga', 2)
    await deliver([ticket.completedUnpaid()])
    await expandInventory(cityId, 'ga', 4, 'Nate')
    return { cityId, ticket, reservationId: ticket.hold.reservationId }
  }
  const library = ways['through the library, by its reservation']

  test('and then succeeds: the money sells it, once', async () => {
    const reserved = await aDebitWithoutSeats()
    expect(await library(reserved)).toEqual(onItsWay)
    await deliver([reserved.ticket.asyncSucceeded()])
    expect(await stockOf(reserved)).toEqual({ sold: 4, held: 0 })
    expect(await library(reserved)).toMatchObject({ success: true, duplicate: true })
    expect(await stockOf(reserved)).toEqual({ sold: 4, held: 0 })
  })

  test('and then fails: it can be sold', async () => {
    const reserved = await aDebitWithoutSeats()
    expect(await library(reserved)).toEqual(onItsWay)
    await deliver([reserved.ticket.asyncFailed()])
    expect(await library(reserved)).toEqual({ success: true, availableAfter: 2 })
    expect(await stockOf(reserved)).toEqual({ sold: 4, held: 0 })
  })

  test('of a reservation that nobody here knows: once', async () => {
    const reserved = await anOrderFromElsewhere()
    await deliver([reserved.ticket.completedUnpaid()])
    expect(await library(reserved)).toEqual(onItsWay)
    await deliver([reserved.ticket.asyncSucceeded()])
    expect(await stockOf(reserved)).toEqual({ sold: 2, held: 0 })
  })

  test('is another session’s: its own seats are sold', async () => {
    const reserved = await aReservation()
    const { cityId, ticket, reservationId } = reserved
    await database()
      .updateTable('reservations')
      .set({ session_id: ticket.sessionId })
      .where('id', '=', reservationId)
      .execute()
    const other = aTicket({ cityId, quantity: 2, reservationId })
    await deliver([other.completedUnpaid()])
    expect(await library(reserved)).toEqual({ success: true, availableAfter: 8 })
    await deliver([other.asyncSucceeded()])
    expect(await stockOf(reserved)).toEqual({ sold: 4, held: 0 })
    const byItsName = { id: `reservation:${reservationId}`, sessionId: null, paymentIntentId: null }
    expect(await faultOfSale(byItsName)).toBeNull()
  })
})

describe('sold through the library by its reservation, whose payment waits for a person', () => {
  const library = ways['through the library, by its reservation']
  const waits = { success: false, error: 'This payment waits for a decision' }
  const decide = async (reserved: Reserved, sale: { kind: string; free: number }) => {
    const before = await stockOf(reserved)
    expect(await library(reserved)).toEqual(waits)
    expect(await stockOf(reserved)).toEqual(before)
    const [exception] = await openExceptions(reserved)
    expect(exception).toMatchObject({ kind: sale.kind })
    const seats = { cityId: reserved.cityId, tier: 'ga', quantity: 2 }
    expect(await assignException(exception?.id ?? 0, seats, ada)).toMatchObject({ ok: true })
    const again = { success: true, duplicate: true, availableAfter: sale.free }
    expect(await library(reserved)).toEqual(again)
  }

  test('without a seat: the person’s decision sells it, once', async () => {
    const cityId = await aCity({ ga: 2 })
    const ticket = aTicket({ cityId, quantity: 2 })
    await execute([[ticket.hold]])
    await story.moveClock(60)
    await decrementInventory(cityId, 'ga', 2)
    await deliver([ticket.completed()])
    await expandInventory(cityId, 'ga', 4, 'Nate')
    const reserved = { cityId, ticket, reservationId: ticket.hold.reservationId }
    await decide(reserved, { kind: 'no_seat', free: 2 })
    expect(await stockOf(reserved)).toEqual({ sold: 4, held: 0 })
  })

  test('with the seats kept for it: the person’s decision sells it, once', async () => {
    const reserved = await aReservation()
    await deliver([unreadable(reserved.ticket.completed())])
    expect(await stockOf(reserved)).toEqual({ sold: 0, held: 2 })
    await decide(reserved, { kind: 'unreadable', free: 8 })
    expect(await stockOf(reserved)).toEqual({ sold: 2, held: 0 })
  })

  test('and is dismissed: it can be sold', async () => {
    const reserved = await aReservation()
    await deliver([unreadable(reserved.ticket.completed())])
    expect(await library(reserved)).toEqual(waits)
    const [exception] = await openExceptions(reserved)
    expect(await dismissException(exception?.id ?? 0, ada)).toMatchObject({ ok: true })
    expect(await library(reserved)).toEqual({ success: true, availableAfter: 8 })
    expect(await stockOf(reserved)).toEqual({ sold: 2, held: 0 })
  })
})

describe('sold through the library, paid, and one of two seats refunded', () => {
  const steps = {
    library: ({ cityId, reservationId }: Reserved) => decrementInventory(cityId, 'ga', 2, { reservationId }),
    paid: ({ ticket }: Reserved) => deliver([ticket.completed()]),
    refunded: ({ ticket }: Reserved) => deliver([ticket.refund(1, 100_000, 'succeeded')]),
    'refunded and paid at once': async ({ ticket }: Reserved) => {
      const [refunded, paid] = [ticket.refund(1, 100_000, 'succeeded'), ticket.completed()]
      await accept([refunded])
      await accept([paid])
      await deliver([refunded, paid])
    },
  }

  const orders: (keyof typeof steps)[][] = [
    ['library', 'paid', 'refunded'],
    ['library', 'refunded', 'paid'],
    ['library', 'refunded and paid at once'],
    ['refunded', 'library', 'paid'],
    ['refunded', 'paid', 'library'],
    ['refunded and paid at once', 'library'],
    ['paid', 'library', 'refunded'],
    ['paid', 'refunded', 'library'],
  ]

  test.each(orders.map((order) => [order.join(', '), order] as const))('%s: one', async (_, order) => {
    const reserved = await aReservation()
    for (const step of order) await steps[step](reserved)
    expect(await stockOf(reserved)).toEqual({ sold: 1, held: 0 })
    expect(await paymentOf(reserved)).toEqual({ state: 'sold', sold: 2, returned: 1, paid: 200_000 })
    expect(await openExceptions(reserved)).toEqual([])
  })
})

test.each(
  [
    ['library', 'paid', 'refunded'],
    ['library', 'refunded', 'paid'],
    ['refunded', 'library', 'paid'],
    ['refunded', 'paid', 'library'],
    ['paid', 'library', 'refunded'],
    ['paid', 'refunded', 'library'],
  ].map((order) => [order.join(', '), order] as const),
)('%s, with all of its money refunded: no seat', async (_, order) => {
  const reserved = await aReservation()
  for (const step of order) {
    if (step === 'library') await ways['through the library, by its reservation'](reserved)
    if (step === 'paid') await deliver([reserved.ticket.completed()])
    if (step === 'refunded') await deliver([reserved.ticket.refund(1, 200_000, 'succeeded')])
  }
  expect(await stockOf(reserved)).toEqual({ sold: 0, held: 0 })
  expect(await paymentOf(reserved)).toEqual({ state: 'refunded', sold: 2, returned: 2, paid: 200_000 })
  expect(await openExceptions(reserved)).toEqual([])
})
