import { sql } from 'kysely'
import { afterAll, describe, expect, test } from 'vitest'
import { noteSession } from '@/lib/checkout/reservations'
import { database } from '@/lib/database'
import { decrementInventory, expandInventory, processInventoryUpdate } from '@/lib/inventory'
import { execute } from '@/lib/inventory/execute'
import { assignException } from '@/lib/payments/resolve-assign'
import { dismissException } from '@/lib/payments/resolve-dismiss'
import { sessionFacts } from '@/lib/stripe/facts'
import { applySession } from '@/lib/stripe/process-session'
import { faultOfSale } from '@/lib/stripe/sale-fault'
import { auditDifferences } from '@/tests/support/audit-differences'
import { aCity } from '../../support/stories/city'
import { storyDatabase } from '../../support/stories/database'
import { accept, deliver } from '../../support/stories/deliver'
import { aTicket, type Ticket, unreadable } from '../../support/stories/tickets'
import { violations } from '../../support/stories/violations'
import { ada } from '../../support/unplaced-payments'
import { until } from '../../support/until'

/** Other code sells a reservation by its name alone; what Stripe tells of its payment is about that sale. */

const story = storyDatabase()

afterAll(async () => {
  expect(await violations()).toEqual([])
  expect(await auditDifferences()).toEqual([])
})

const onItsWay = { success: false, error: 'A payment for this reservation is on its way' }

interface Reserved {
  cityId: string
  ticket: Ticket
  reservationId: string
}

/** Two seats in a checkout. */
async function aReservation(): Promise<Reserved> {
  const cityId = await aCity({ ga: 10 })
  const ticket = aTicket({ cityId, quantity: 2 })
  await execute([[ticket.hold]])
  return { cityId, ticket, reservationId: ticket.hold.reservationId }
}

/** Two seats that another site sells, under a name of its own. */
async function anOrderFromElsewhere(): Promise<Reserved> {
  const cityId = await aCity({ ga: 10 })
  const ticket = aTicket({ cityId, quantity: 2 })
  return { cityId, ticket, reservationId: ticket.hold.reservationId }
}

const ways = {
  'through the library, by its reservation': ({ cityId, reservationId }: Reserved) =>
    decrementInventory(cityId, 'ga', 2, { reservationId }),
  'through the library, by its session': ({ cityId, reservationId, ticket: { sessionId } }: Reserved) =>
    decrementInventory(cityId, 'ga', 2, { sessionId, reservationId }),
  'by Stripe’s webhook': ({ ticket }: Reserved) => deliver([ticket.completed()]),
}

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

async function stockOf({ cityId }: Reserved) {
  return database()
    .selectFrom('inventory')
    .select(['sold', 'held'])
    .where('city_id', '=', cityId)
    .where('tier', '=', 'ga')
    .executeTakeFirst()
}

/** The one that all of Stripe's names mean. */
async function paymentOf({ ticket }: Reserved) {
  return database()
    .selectFrom('payments')
    .select(['state', 'seats_sold as sold', 'seats_returned as returned', 'amount_cents as paid'])
    .where('session_id', '=', ticket.sessionId)
    .where('payment_intent_id', '=', ticket.intent)
    .executeTakeFirst()
}

async function openExceptions({ ticket }: Reserved): Promise<{ id: number; kind: string }[]> {
  const { rows } = await sql<{ id: number; kind: string }>`
    select e.id, e.kind from payment_exceptions e join payments p on p.id = e.payment_id
    where p.session_id = ${ticket.sessionId} and e.state <> 'resolved'`.execute(database())
  return rows
}
