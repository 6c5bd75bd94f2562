import { sql } from 'kysely'
import type { PgBoss } from 'pg-boss'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { database } from '@/lib/database'
import { checkInventoryStatus, decrementInventory } from '@/lib/inventory'
import { enqueue } from '@/lib/queues/send'
import { auditDifferences } from '@/tests/support/audit-differences'
import { aCity, ticketPrice } from '@/tests/support/stories/city'
import { storyDatabase } from '@/tests/support/stories/database'
import { spoil } from '@/tests/support/stories/spoil'
import { createBoss } from '@/worker/boss'
import { handleEvents } from '@/worker/payments'

/** C30: one bad pool spoils the others. */

const story = storyDatabase()
let boss: PgBoss
beforeAll(async () => {
  boss = await createBoss().start()
})
afterAll(async () => {
  await boss.stop({ graceful: false })
})

/** What the ledger says is sold differs, too. */
async function spoilNumbers(cityId: string): Promise<void> {
  await spoil(story.owner, cityId)
  await story.owner.query(`update inventory set sold = sold + 1 where city_id = $1 and tier = 'ga'`, [cityId])
}

async function acceptPaid(name: string, cityId: string, tier: 'ga' | 'vip'): Promise<void> {
  const facts = {
    kind: 'session',
    sessionId: `cs_${name}`,
    mode: 'payment',
    status: 'complete',
    paymentStatus: 'paid',
    paymentIntentId: `pi_${name}`,
    amountSubtotal: ticketPrice[tier],
    amountTotal: ticketPrice[tier],
    currency: 'usd',
    email: null,
    reservationId: null,
    cityId,
    ticketType: tier,
    quantity: '1',
  }
  await sql`
    insert into stripe_events (id, type, livemode, session_id, payment_intent_id, facts, created_at)
    values (${`evt_${name}`}, 'checkout.session.completed', false, ${facts.sessionId}, ${facts.paymentIntentId},
      ${JSON.stringify(facts)}, app_now())`.execute(database())
  await enqueue(database(), 'stripe-events', [{ eventId: `evt_${name}` }])
}

const sold = async (cityId: string) => (await checkInventoryStatus(cityId))?.sold

test('other pools sell on, one by one and from one batch; the audit names row and numbers and changes nothing', async () => {
  const [dallas, atlanta] = [await aCity(), await aCity()]
  await decrementInventory(dallas, 'ga', 2)
  await spoilNumbers(dallas)

  await expect(decrementInventory(dallas, 'ga', 1)).rejects.toThrow('inventory_transactions_sequence')
  expect(await decrementInventory(dallas, 'vip', 1)).toMatchObject({ success: true })
  expect(await decrementInventory(atlanta, 'ga', 1)).toMatchObject({ success: true })

  await acceptPaid('dallas_ga', dallas, 'ga')
  await acceptPaid('dallas_vip', dallas, 'vip')
  await acceptPaid('atlanta_ga_1', atlanta, 'ga')
  await acceptPaid('atlanta_ga_2', atlanta, 'ga')
  const jobs = await boss.fetch<{ eventId: string }>('stripe-events', { batchSize: 10 })
  expect(jobs).toHaveLength(4)
  const outcomes = await handleEvents(
    jobs.map(({ id, retryCount, data }) => ({
      id,
      retryCount,
      payload: data,
      signal: new AbortController().signal,
    })),
  )
  const status = new Map(outcomes.map((outcome) => [outcome.id, outcome.status]))
  expect(Object.fromEntries(jobs.map(({ id, data }) => [data.eventId, status.get(id)]))).toEqual({
    evt_dallas_ga: 'failed',
    evt_dallas_vip: 'completed',
    evt_atlanta_ga_1: 'completed',
    evt_atlanta_ga_2: 'completed',
  })
  expect(await sold(dallas)).toEqual({ ga: 3, vip: 2 })
  expect(await sold(atlanta)).toEqual({ ga: 3, vip: 0 })

  const differences = await auditDifferences()
  expect(differences.map(({ cityId, tier, row, message }) => [cityId, tier, row, message])).toEqual([
    [dallas, 'ga', 'stock row', 'the ledger ends at row 2, by the stock row at 1'],
    [dallas, 'ga', 'stock row', 'sold is 3, but 2 by the ledger'],
    [dallas, 'ga', 'stock row', 'sold is 3, but 2 by the payments'],
  ])
  expect(await sold(dallas)).toEqual({ ga: 3, vip: 2 })
})
