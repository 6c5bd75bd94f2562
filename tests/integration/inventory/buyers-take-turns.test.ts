import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { execute, executeIn } from '@/lib/inventory/execute'
import { transact } from '@/lib/queues/transaction'
import { aCity } from '../../support/stories/city'
import { hold } from '../../support/stories/commands'
import { storyDatabase } from '../../support/stories/database'
import { until } from '../../support/until'

const story = storyDatabase()

/** They share no row: only the turn that both take keeps the second from counting before the first has written. */
test.each([
  { name: 'email', limits: { perEmail: 10 }, buyer: () => ({ email: `${randomUUID()}@example.com` }) },
  { name: 'address', limits: { perAddress: 10 }, buyer: () => ({ addressHash: randomUUID() }) },
])(
  'two holds of one $name in two cities: the second waits, and counts the first',
  async ({ limits, buyer }) => {
    const [here, there] = [await aCity(), await aCity()]
    const who = buyer()
    const six = (cityId: string) => hold(6, { cityId, reservationId: randomUUID(), ...who })
    const written = Promise.withResolvers<undefined>()
    const mayCommit = Promise.withResolvers<undefined>()

    const first = transact(async (trx) => {
      const { outcomes } = await executeIn(trx, [[six(here)]], { limits })
      written.resolve(undefined)
      await mayCommit.promise
      return outcomes
    })
    await written.promise
    let isAnswered = false
    const second = execute([[six(there)]], { limits }).finally(() => (isAnswered = true))
    await until(async () => isAnswered || (await isSomebodyWaiting()))
    mayCommit.resolve(undefined)
    expect(await first).toMatchObject([[{ status: 'applied' }]])
    expect(await second).toMatchObject([[{ status: 'rejected', code: 'hold_limit' }]])
  },
)

async function isSomebodyWaiting(): Promise<boolean> {
  const waiting = await story.owner.query(
    `select 1 from pg_locks where locktype = 'advisory' and not granted and database = (
       select oid from pg_database where datname = current_database())`,
  )
  return waiting.length > 0
}
