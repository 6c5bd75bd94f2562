import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { database } from '@/lib/database'
import { decrementInventory } from '@/lib/inventory'
import { execute } from '@/lib/inventory/execute'
import type { Command } from '@/lib/inventory/commands'
import { aCity } from '../../support/stories/city'
import { storyDatabase } from '../../support/stories/database'
import { until } from '../../support/until'

const story = storyDatabase()

/** Nothing of the payment is about to be written: only the lock keeps the second from deciding on what is not final. */
test.each<[string, (sessionId: string, cityId: string) => Command]>([
  [
    'a sale that is told again',
    (sessionId, cityId) => ({
      type: 'sell',
      cityId,
      tier: 'ga',
      quantity: 1,
      payment: { sessionId },
      reach: 'by_setting',
    }),
  ],
  ['a refund that is told early', (sessionId) => ({ type: 'restock', payment: { sessionId } })],
])('%s waits for whoever has the payment', async (_, command) => {
  const cityId = await aCity({ ga: 5 })
  const sessionId = `cs_${randomUUID()}`
  await decrementInventory(cityId, 'ga', 1, { sessionId })

  const isLocked = Promise.withResolvers<undefined>()
  const mayEnd = Promise.withResolvers<undefined>()
  const holder = database()
    .transaction()
    .execute(async (trx) => {
      await sql`select 1 from payments where session_id = ${sessionId} for update`.execute(trx)
      isLocked.resolve(undefined)
      await mayEnd.promise
    })
  await isLocked.promise
  let isAnswered = false
  const second = execute([[command(sessionId, cityId)]]).finally(() => (isAnswered = true))
  await until(async () => isAnswered || (await isSomebodyWaiting()))
  const hadToWait = !isAnswered
  mayEnd.resolve(undefined)
  await holder
  expect(hadToWait).toBe(true)
  expect(await second).toMatchObject([[{ status: 'duplicate' }]])
})

async function isSomebodyWaiting(): Promise<boolean> {
  const waiting = await story.owner.query(
    `select 1 from pg_locks join pg_stat_activity using (pid) where not granted and datname = current_database()`,
  )
  return waiting.length > 0
}
