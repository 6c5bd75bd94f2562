import { sql } from 'kysely'
import { afterAll, describe, expect, test } from 'vitest'
import { noteSession } from '@/lib/checkout/reservations'
import { database } from '@/lib/database'
import { decrementInventory, expandInventory, processInventoryUpdate } from '@/lib/inventory'
import { execute } from '@/lib/inventory/execute'
import { aCity } from '../../support/stories/city'
import { storyDatabase } from '../../support/stories/database'
import { deliver } from '../../support/stories/deliver'
import {
  anOrderFromElsewhere,
  aReservation,
  onItsWay,
  paymentOf,
  type Reserved,
  stockOf,
  ways,
} from '../../support/stories/library-sales'
import { expectSoundBooks } from '../../support/stories/sound-books'
import { aTicket } from '../../support/stories/tickets'
import { until } from '../../support/until'

/** Other code sells a reservation by its name alone; what Stripe tells of its payment is about that sale. */

const story = storyDatabase()

afterAll(expectSoundBooks)

const sessionAlone = ({ cityId, ticket: { sessionId } }: Reserved) =>
  decrementInventory(cityId, 'ga', 2, { sessionId })

const pairs = Object.entries(ways).flatMap(([first, sellFirst]) =>
  Object.entries(ways).map(([second, sellSecond]) => [first, second, sellFirst, sellSecond] as const),
)

describe.each([
  ['', aReservation],
  [', of a reservation that nobody here knows', anOrderFromElsewhere],
])('sold%s', (_, begin) => {
  test.each(pairs)('%s, and then %s: once', async (__, ___, sellFirst, sellSecond) => {
    const reserved = await begin()
    await sellFirst(reserved)
    const second = await sellSecond(reserved)
    if (second) expect(second).toEqual({ success: true, duplicate: true, availableAfter: 8 })
    expect(await stockOf(reserved)).toEqual({ sold: 2, held: 0 })
  })

  test.each([
    ['through the library', ways['through the library, by its session']],
    ['from Stripe', ({ ticket }: Reserved) => processInventoryUpdate(ticket.completed().object)],
  ])('by its reservation, and by its session %s at the same moment, 20 times: once', async (__, sell) => {
    for (let round = 0; round < 20; round++) {
      const reserved = await begin()
      const both = [ways['through the library, by its reservation'], sell]
      await Promise.all((round % 2 === 0 ? both : both.toReversed()).map((way) => way(reserved)))
      expect(await stockOf(reserved)).toEqual({ sold: 2, held: 0 })
    }
  })

  test('by its reservation, while its session from Stripe waits behind, a part of whose money had gone back: once', async () => {
    const reserved = await begin()
    const { cityId, ticket } = reserved
    await deliver([ticket.refund(1, 100_000, 'succeeded')])
    const letGo = await lockStock(cityId)
    const sale = ways['through the library, by its reservation'](reserved)
    await untilWaiting(1)
    const paid = processInventoryUpdate(ticket.completed().object)
    await untilWaiting(2)
    await letGo()
    expect(await sale).toEqual({ success: true, availableAfter: 8 })
    expect(await paid).toMatchObject({ success: true })
    expect(await stockOf(reserved)).toEqual({ sold: 1, held: 0 })
    expect(await paymentOf(reserved)).toEqual({ state: 'sold', sold: 2, returned: 1, paid: 200_000 })
  })
})

test('sold through the library by its reservation: of two sessions that name it at once, one is of that sale, the other of its own', async () => {
  for (let round = 0; round < 10; round++) {
    const reserved = await aReservation()
    await ways['through the library, by its reservation'](reserved)
    const { cityId, reservationId, ticket } = reserved
    const other = aTicket({ cityId, quantity: 2, reservationId })
    const paid = [ticket, other].map((one) => processInventoryUpdate(one.completed().object))
    const both = await Promise.all(paid)
    expect(both).toMatchObject([{ success: true }, { success: true }])
    expect(await stockOf(reserved)).toEqual({ sold: 4, held: 0 })
  }
})

test('sold through the library by its reservation, after a debit of it that failed: its seats are free, and are sold', async () => {
  const reserved = await aReservation()
  await deliver([reserved.ticket.completedUnpaid()])
  await deliver([reserved.ticket.asyncFailed()])
  const sale = await ways['through the library, by its reservation'](reserved)
  expect(sale).toEqual({ success: true, availableAfter: 8 })
  expect(await stockOf(reserved)).toEqual({ sold: 2, held: 0 })
})

test('sold through the library by its reservation, and by its payment intent: its session is one of those sales', async () => {
  const reserved = await aReservation()
  const { cityId, ticket } = reserved
  await ways['through the library, by its reservation'](reserved)
  await decrementInventory(cityId, 'ga', 2, { paymentIntentId: ticket.intent })
  await deliver([ticket.completed()])
  expect(await stockOf(reserved)).toEqual({ sold: 4, held: 0 })
})

describe('sold through the library by the session alone that our checkout has', () => {
  /** Two of so many seats in a checkout, whose page is noted as it is before anybody can pay. */
  async function aPage({ ga }: { ga: number }): Promise<Reserved> {
    const cityId = await aCity({ ga })
    const ticket = aTicket({ cityId, quantity: 2 })
    const reservationId = ticket.hold.reservationId
    await execute([[ticket.hold]])
    await noteSession(reservationId, { id: ticket.sessionId, url: null })
    return { cityId, ticket, reservationId }
  }

  test('it takes the seats that are held for it, be they the last ones', async () => {
    const reserved = await aPage({ ga: 2 })
    expect(await sessionAlone(reserved)).toEqual({ success: true, availableAfter: 0 })
    expect(await stockOf(reserved)).toEqual({ sold: 2, held: 0 })
    await deliver([reserved.ticket.completed()])
    expect(await stockOf(reserved)).toEqual({ sold: 2, held: 0 })
  })

  test.each(Object.entries(ways))('and %s, in either order: once', async (_, sell) => {
    for (const both of [
      [sessionAlone, sell],
      [sell, sessionAlone],
    ] as const) {
      const reserved = await aPage({ ga: 10 })
      await both[0](reserved)
      const second = await both[1](reserved)
      if (second) expect(second).toEqual({ success: true, duplicate: true, availableAfter: 8 })
      expect(await stockOf(reserved)).toEqual({ sold: 2, held: 0 })
    }
  })
})

describe('sold through the library by a name that our checkout does not know', () => {
  test.each([
    ['session', sessionAlone],
    [
      'payment intent',
      ({ cityId, ticket }: Reserved) =>
        decrementInventory(cityId, 'ga', 2, { paymentIntentId: ticket.intent }),
    ],
  ])('by its %s: the webhook says whose hold it was, and lets it go', async (_, sell) => {
    const reserved = await aReservation()
    await sell(reserved)
    expect(await stockOf(reserved)).toEqual({ sold: 2, held: 2 })
    await deliver([reserved.ticket.completed()])
    expect(await stockOf(reserved)).toEqual({ sold: 2, held: 0 })
    const again = { success: true, duplicate: true, availableAfter: 8 }
    expect(await ways['through the library, by its reservation'](reserved)).toEqual(again)
  })
})

describe('sold to a session that names a reservation which nobody here knows', () => {
  const library = ways['through the library, by its reservation']

  test('and refunded: its name sells nothing more', async () => {
    const reserved = await anOrderFromElsewhere()
    await deliver([reserved.ticket.completed()])
    await deliver([reserved.ticket.refund(1, 200_000, 'succeeded')])
    expect(await library(reserved)).toEqual({ success: true, duplicate: true, availableAfter: 10 })
    expect(await stockOf(reserved)).toEqual({ sold: 0, held: 0 })
  })

  test('while another session’s debit that names it is on its way: it is sold', async () => {
    const reserved = await anOrderFromElsewhere()
    const { cityId, ticket, reservationId } = reserved
    await deliver([ticket.completed()])
    await deliver([aTicket({ cityId, quantity: 2, reservationId }).completedUnpaid()])
    expect(await library(reserved)).toEqual({ success: true, duplicate: true, availableAfter: 8 })
    expect(await stockOf(reserved)).toEqual({ sold: 2, held: 0 })
  })
})

describe('sold through the library by its reservation, whose page is noted', () => {
  const library = ways['through the library, by its reservation']

  async function aNotedPage({ ga }: { ga: number }): Promise<Reserved> {
    const cityId = await aCity({ ga })
    const ticket = aTicket({ cityId, quantity: 2 })
    await execute([[ticket.hold]])
    await noteSession(ticket.hold.reservationId, { id: ticket.sessionId, url: null })
    return { cityId, ticket, reservationId: ticket.hold.reservationId }
  }

  test('while what was paid there waits for a person: nothing', async () => {
    const reserved = await aNotedPage({ ga: 2 })
    const { cityId, ticket } = reserved
    await story.moveClock(120)
    await decrementInventory(cityId, 'ga', 2)
    await deliver([ticket.completed()])
    await expandInventory(cityId, 'ga', 5, 'Nate')
    expect(await library(reserved)).toEqual({ success: false, error: 'This payment waits for a decision' })
    expect(await stockOf(reserved)).toEqual({ sold: 2, held: 0 })
  })

  test('while another session’s debit that names it is on its way: its own seats', async () => {
    const reserved = await aNotedPage({ ga: 10 })
    const { cityId, reservationId } = reserved
    await deliver([aTicket({ cityId, quantity: 2, reservationId }).completedUnpaid()])
    expect(await library(reserved)).toEqual({ success: true, availableAfter: 8 })
    expect(await stockOf(reserved)).toEqual({ sold: 2, held: 0 })
  })
})

describe('a sale through the library that is not made leaves no payment', () => {
  const payments = async () => (await database().selectFrom('payments').select('id').execute()).length

  test('of a reservation whose money is on its way, or which is sold', async () => {
    const reserved = await aReservation()
    await deliver([reserved.ticket.completedUnpaid()])
    const before = await payments()
    expect(await ways['through the library, by its reservation'](reserved)).toEqual(onItsWay)
    expect(await payments()).toBe(before)
    await deliver([reserved.ticket.asyncSucceeded()])
    expect(await ways['through the library, by its reservation'](reserved)).toMatchObject({ duplicate: true })
    expect(await payments()).toBe(before)
  })

  test('of seats that are not there, to a reservation or to nobody', async () => {
    const { cityId, reservationId } = await aReservation()
    const before = await payments()
    const refused = { success: false, error: 'Insufficient inventory. Available: 8, Requested: 9' }
    expect(await decrementInventory(cityId, 'ga', 9)).toEqual(refused)
    expect(await decrementInventory(cityId, 'ga', 11, { reservationId })).toMatchObject({ success: false })
    expect(await payments()).toBe(before)
  })

  test('of a session or a payment intent without seats: sold by its name later, its payment is of that', async () => {
    for (const nameOf of [
      ({ ticket }: Reserved) => ({ sessionId: ticket.sessionId }),
      ({ ticket }: Reserved) => ({ paymentIntentId: ticket.intent }),
    ]) {
      const reserved = await anOrderFromElsewhere()
      const { cityId, ticket, reservationId } = reserved
      const before = await payments()
      const names = { ...nameOf(reserved), reservationId }
      expect(await decrementInventory(cityId, 'ga', 11, names)).toMatchObject({ success: false })
      expect(await payments()).toBe(before)
      await ways['through the library, by its reservation'](reserved)
      await deliver([ticket.completed()])
      expect(await stockOf(reserved)).toEqual({ sold: 2, held: 0 })
      await deliver([ticket.refund(1, 200_000, 'succeeded')])
      expect(await stockOf(reserved)).toEqual({ sold: 0, held: 0 })
    }
  })

  test('and one that there was before stays as it was', async () => {
    const { cityId, ticket, reservationId } = await anOrderFromElsewhere()
    await deliver([ticket.refund(1, 100_000, 'succeeded')])
    const parked = () =>
      database().selectFrom('payments').selectAll().where('id', '=', ticket.intent).executeTakeFirst()
    const before = await parked()
    const names = { sessionId: ticket.sessionId, paymentIntentId: ticket.intent, reservationId }
    expect(await decrementInventory(cityId, 'ga', 11, names)).toMatchObject({ success: false })
    expect(await parked()).toEqual(before)
  })
})

test('a sale that is there already learns what else it is called', async () => {
  const reserved = await anOrderFromElsewhere()
  const again = { success: true, duplicate: true, availableAfter: 8 }
  await ways['through the library, by its reservation'](reserved)
  expect(await ways['through the library, by its session'](reserved)).toEqual(again)
  expect(await sessionAlone(reserved)).toEqual(again)
})

/** Whoever asks for the stock row from now on waits until it is let go, in the order in which they asked. */
async function lockStock(cityId: string): Promise<() => Promise<unknown>> {
  await story.owner.query('begin')
  await story.owner.query('select from inventory where city_id = $1 for update', [cityId])
  return () => story.owner.query('commit')
}

async function untilWaiting(howMany: number): Promise<void> {
  await until(async () => {
    const waiting = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
      database(),
    )
    return waiting.rows.length === howMany
  })
}
