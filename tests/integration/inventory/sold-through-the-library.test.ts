import { afterAll, expect, test } from 'vitest'
import { auditDifferences } from '@/lib/audit'
import { database } from '@/lib/database'
import { decrementInventory } from '@/lib/inventory'
import { execute } from '@/lib/inventory/execute'
import { aCity } from '../../support/stories/city'
import { storyDatabase } from '../../support/stories/database'
import { deliver } from '../../support/stories/deliver'
import { aTicket, type Ticket } from '../../support/stories/tickets'
import { violations } from '../../support/stories/violations'

/** Other code sells a reservation by its name alone, and a payment of it may be told of before or after. */

storyDatabase()

afterAll(async () => {
  expect(await violations()).toEqual([])
  expect(await auditDifferences()).toEqual([])
})

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

const ways = {
  'through the library, by its reservation': ({ cityId, reservationId }: Reserved) =>
    decrementInventory(cityId, 'ga', 2, { reservationId }),
  'through the library, by its session': ({ cityId, reservationId, ticket: { sessionId } }: Reserved) =>
    decrementInventory(cityId, 'ga', 2, { sessionId, reservationId }),
  'by Stripe’s webhook': ({ ticket }: Reserved) => deliver([ticket.completed()]),
}

const pairs = Object.entries(ways).flatMap(([first, sellFirst]) =>
  Object.entries(ways).map(([second, sellSecond]) => [first, second, sellFirst, sellSecond] as const),
)

test.each(pairs)('sold %s, and then %s: once', async (_, __, sellFirst, sellSecond) => {
  const reserved = await aReservation()
  await sellFirst(reserved)
  const second = await sellSecond(reserved)
  if (second) expect(second).toEqual({ success: true, duplicate: true, availableAfter: 8 })
  expect(await stockOf(reserved)).toEqual({ sold: 2, held: 0 })
})

async function stockOf({ cityId }: Reserved) {
  return database()
    .selectFrom('inventory')
    .select(['sold', 'held'])
    .where('city_id', '=', cityId)
    .where('tier', '=', 'ga')
    .executeTakeFirst()
}
