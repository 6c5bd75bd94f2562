import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { database } from '@/lib/database'
import { decrementInventory, expandInventory, resetInventory } from '@/lib/inventory'
import { reduceInventory, relimitInventory, resetCities, undoReset } from '@/lib/inventory/admin'
import { assignException } from '@/lib/payments/resolve-assign'
import { expandForException } from '@/lib/payments/resolve-expand'
import { replayDeadLetters } from '@/lib/queues/dead-letters'
import { reconcileStripe } from '@/lib/stripe/reconcile'
import { pay } from '@/tests/support/stories/payments'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { ada, unplacedPayments } from '@/tests/support/unplaced-payments'

/** Stock that falls past several thresholds is told of once, at the worst of them, whatever made it fall. */

const counter = ticketCounter()
const { exceptionOf, nowhere, sell } = unplacedPayments(counter)

interface Path {
  name: string
  /** Gets a city with twelve GA seats ready. @returns what then takes seats away */
  prepare: (cityId: string) => Promise<() => Promise<unknown>>
  /** Default: four seats left. */
  told?: { level: string; remaining: number }
}

const paths: Path[] = [
  {
    name: 'a sale by the library',
    prepare: async (city) => () => decrementInventory(city, 'ga', 8),
  },
  {
    name: 'a session that the library processes',
    prepare: async (city) => () => pay({ cityId: city, quantity: 8 }),
  },
  {
    name: 'a paid checkout',
    prepare: async (city) => {
      const { events } = await aPaidCheckout(city, 8)
      return () => counter.handle(...events)
    },
  },
  {
    name: 'four orders in one batch',
    prepare: async (city) => {
      const news: { id: string }[] = []
      for (let order = 0; order < 4; order++) news.push(...(await aPaidCheckout(city, 2)).events)
      return () => counter.handle(...news)
    },
  },
  {
    name: 'a payment that only the reconciliation finds',
    prepare: async (city) => {
      const { sessionId } = await aPaidCheckout(city, 8)
      return () => reconcileStripe({ sessionId })
    },
  },
  {
    name: 'a dead letter that is replayed',
    prepare: async (city) => {
      await counter.deliver(...(await aPaidCheckout(city, 8)).events)
      await letDie()
      return async () => {
        expect(await replayDeadLetters('stripe-events-dead')).toBe(1)
        await counter.work()
      }
    },
  },
  {
    name: 'a refund that fails',
    prepare: async (city) => {
      const { refund, events } = await counter.control.refund(await sell(city, 8))
      await counter.handle(...events)
      return async () => counter.handle(...(await counter.control.failRefund(refund.id)).events)
    },
  },
  {
    name: 'an exception that is expanded for',
    prepare: async (city) => {
      const metadata = { cityId: city, ticketType: 'GA', quantity: '20' }
      const { session } = await counter.control.createSession({ metadata, quantity: 20 })
      await counter.handle(...(await counter.control.pay(session.id)).events)
      const { id } = await exceptionOf(session.id)
      return () => expandForException(id, ada)
    },
    told: { level: 'sold_out', remaining: 0 },
  },
  {
    name: 'an exception that is assigned',
    prepare: async (city) => {
      const { id } = await nowhere()
      return () => assignException(id, { cityId: city, tier: 'ga', quantity: 8 }, ada)
    },
  },
  {
    name: 'a lower actual limit',
    prepare: async (city) => () => reduceInventory(city, 'ga', 4, ada),
  },
  {
    name: 'a lower public limit',
    prepare: async (city) => () => relimitInventory(city, 'ga', 4, ada),
  },
  {
    name: 'a reset of many cities, which takes hidden seats away',
    prepare: async (city) => {
      await expandInventory(city, 'ga', 20, 'Ada L.')
      const other = await counter.aCity()
      return () => resetCities([city, other], {}, ada)
    },
    told: { level: 'monitor', remaining: 12 },
  },
  {
    name: 'a reset that is undone',
    prepare: async (city) => {
      await decrementInventory(city, 'ga', 8)
      await resetInventory(city, 'Ada L.', 'by mistake')
      return () => undoReset(city, ada)
    },
  },
]

test.each(paths)('$name', async ({ prepare, told = { level: 'critical', remaining: 4 } }) => {
  const city = await counter.aCity({ ga: 12 })
  const takeAway = await prepare(city)
  await counter.owner.query('truncate alert_deliveries, alerts')
  await takeAway()
  const alerts = await counter.rows(
    sql`select level, remaining from alerts where city_id = ${city} and tier = 'ga' and kind in ('threshold', 'sold_out')`,
  )
  expect(alerts).toEqual([told])
})

async function aPaidCheckout(city: string, quantity: number) {
  const { sessionId } = await counter.opened(city, { quantity })
  const { events } = await counter.control.pay(sessionId)
  return { sessionId, events }
}

/** The events that wait fail on their last try. */
async function letDie(): Promise<void> {
  await counter.owner.query(`
    create function refuse_sale() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
    create trigger refuse_sale before update on inventory for each row execute function refuse_sale()`)
  await sql`update pgboss.job set retry_count = retry_limit where name = 'stripe-events'`.execute(database())
  expect(await counter.work()).toMatchObject([{ status: 'failed' }])
  await counter.owner.query('drop trigger refuse_sale on inventory; drop function refuse_sale()')
}
