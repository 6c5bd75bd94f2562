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

/** Else two batches of holds that name the same buyers would wait for each other, or for a stock row in a circle. */
test('turns are taken in one order, whatever the order of the holds, and before any stock row', async () => {
  const [here, there] = [await aCity(), await aCity()]
  const emails = [`${randomUUID()}@example.com`, `${randomUUID()}@example.com`]
  const one = (cityId: string, email: string) => [hold(1, { cityId, reservationId: randomUUID(), email })]
  for (const taken of emails) {
    const lockedMeanwhile: unknown[] = []
    for (const inOrder of [emails, emails.toReversed()]) {
      const { answer } = await transact(async (trx) => {
        await executeIn(trx, [one(there, taken)])
        const answer = execute(inOrder.map((email) => one(here, email)))
        await until(isSomebodyWaiting)
        lockedMeanwhile.push(await heldByWhoWaits())
        return { answer }
      })
      expect(await answer).toMatchObject([[{ status: 'applied' }], [{ status: 'applied' }]])
    }
    expect(lockedMeanwhile[0]).toEqual(lockedMeanwhile[1])
    expect(lockedMeanwhile[0]).toMatchObject({ rows: 0 })
  }
})

/** What a connection that waits for its turn has locked by then. */
async function heldByWhoWaits() {
  const [held] = await story.owner.query<{ turns: number; rows: number }>(
    `select count(*) filter (where locktype = 'advisory')::int as turns,
       count(*) filter (where relation = 'inventory'::regclass)::int as rows
     from pg_locks
     where granted and pid in (select pid from pg_locks where locktype = 'advisory' and not granted)`,
  )
  return held
}

async function isSomebodyWaiting(): Promise<boolean> {
  const waiting = await story.owner.query(
    `select 1 from pg_locks where locktype = 'advisory' and not granted and database = (
       select oid from pg_database where datname = current_database())`,
  )
  return waiting.length > 0
}
