import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { database } from '@/lib/database'
import { checkInventoryStatus } from '@/lib/inventory'
import type { Command } from '@/lib/inventory/commands'
import { execute, executeIn } from '@/lib/inventory/execute'
import { transact } from '@/lib/queues/transaction'
import { toCommand } from '../../support/stock-model/commands'
import { databaseFigures, newDatabaseRun } from '../../support/stock-model/database-driver'
import { seatsPerEmail, stories } from '../../support/stock-model/steps'
import { aCity } from '../../support/stories/city'
import { expand, hold, reduce, release, relimit, restock, sell } from '../../support/stories/commands'
import { countStatements } from '../../support/stories/counted'
import { storyDatabase } from '../../support/stories/database'
import { violations } from '../../support/stories/violations'

const story = storyDatabase()

describe('joining a transaction', () => {
  test('happens at most once in each', async () => {
    const cityId = await aCity()
    const twice = transact(async (trx) => {
      await executeIn(trx, [[expand(1, { cityId })]])
      await executeIn(trx, [[expand(1, { cityId })]])
    })
    await expect(twice).rejects.toThrow('execute joins a transaction at most once')
    expect((await checkInventoryStatus(cityId))?.actualLimits.ga).toBe(35)
  })

  test('needs one', async () => {
    const outside = database() as unknown as Parameters<typeof executeIn>[0]
    await expect(executeIn(outside, [])).rejects.toThrow('executeIn needs a transaction')
  })

  test('shares its fate', async () => {
    const cityId = await aCity()
    const failed = transact(async (trx) => {
      await executeIn(trx, [[expand(1, { cityId }), sell(1, { sessionId: `cs_${cityId}` }, { cityId })]])
      throw new Error('changed my mind')
    })
    await expect(failed).rejects.toThrow('changed my mind')
    expect(await checkInventoryStatus(cityId)).toMatchObject({ actualLimits: { ga: 35 }, sold: { ga: 0 } })
  })

  test('nothing to do is done', async () => {
    expect(await execute([])).toEqual([])
    expect(await execute([[]])).toEqual([[]])
  })
})

describe('a payment whose names come piece by piece', () => {
  test.each<[string, (payment: { sessionId: string; paymentIntentId: string }) => Command[]]>([
    [
      'its session first, then a refund of its intent',
      ({ paymentIntentId }) => [restock({ paymentIntentId })],
    ],
    ['its session first', () => []],
  ])('%s, in the call of its sale: one payment, sold once', async (_, before) => {
    const cityId = await aCity()
    const payment = { sessionId: `cs_${randomUUID()}`, paymentIntentId: `pi_${randomUUID()}` }
    await execute([
      [{ type: 'await', payment: { sessionId: payment.sessionId }, reservationId: randomUUID() }],
    ])
    const outcomes = await execute([before(payment), [sell(1, payment, { cityId })]])
    expect(outcomes.at(-1)).toMatchObject([{ status: 'applied' }])
    const { rows } = await sql`
      select session_id, payment_intent_id, state, seats_sold from payments
      where session_id = ${payment.sessionId} or payment_intent_id = ${payment.paymentIntentId}`.execute(
      database(),
    )
    expect(rows).toEqual([
      {
        session_id: payment.sessionId,
        payment_intent_id: payment.paymentIntentId,
        state: 'sold',
        seats_sold: 1,
      },
    ])
  })
})

describe('one statement a table, whatever the number of commands', () => {
  const kinds: [string, (cityId: string, count: number) => Command[]][] = [
    ['holds', (cityId, count) => each(count, () => hold(1, { cityId, reservationId: randomUUID() }))],
    [
      'holds of visitors with an email',
      (cityId, count) =>
        each(count, () => {
          const who = randomUUID()
          return hold(1, { cityId, reservationId: who, visitorHash: who, email: `${who}@example.com` })
        }),
    ],
    ['sales', (cityId, count) => each(count, () => sell(1, { sessionId: `cs_${randomUUID()}` }, { cityId }))],
    ['refunds', (_, count) => each(count, () => restock({ paymentIntentId: `pi_${randomUUID()}` }))],
    ['releases', (_, count) => each(count, () => release(randomUUID()))],
    ['expansions', (cityId, count) => each(count, () => expand(1, { cityId }))],
    ['reductions', (cityId, count) => each(count, (index) => reduce(900 - index, { cityId }))],
    ['public limits', (cityId, count) => each(count, (index) => relimit(1_001 + index, { cityId }))],
  ]

  test.each(kinds)('%s', async (_, make) => {
    const cityId = await aCity({ ga: 1_000 })
    const count = (commands: Command[]) =>
      countStatements(story.appUrl, (trx) =>
        executeIn(
          trx,
          commands.map((command) => [command]),
        ),
      )
    const single = await count(make(cityId, 1))
    expect(await count(make(cityId, 100))).toBe(single)
    expect(single).toBeLessThan(18)
  })
})

describe('a batch', () => {
  test.each([1, 2, 3])(
    'of 500 comes to the same as 500 of one (seed %i)',
    { timeout: 60_000 },
    async (seed) => {
      const commands = fc
        .sample(stories(14), { seed, numRuns: 500 })
        .flat()
        .flatMap((step) => (step.type === 'call' ? step.groups.flat() : []))
        .slice(0, 500)
      expect(commands).toHaveLength(500)
      const [apart, together] = [await newDatabaseRun(story.moveClock), await newDatabaseRun(story.moveClock)]
      const limits = { perEmail: seatsPerEmail }
      const one = []
      for (const command of commands) {
        const [[outcome] = []] = await execute([[toCommand(command, apart.naming)]], { limits })
        one.push(outcome?.status)
      }
      const all = await execute(
        commands.map((command) => [toCommand(command, together.naming)]),
        { limits },
      )
      expect(all.flat().map((outcome) => outcome.status)).toEqual(one)
      expect(await databaseFigures(together)).toEqual(await databaseFigures(apart))
      expect(await ledgerOf(together.naming)).toEqual(await ledgerOf(apart.naming))
      expect(await violations()).toEqual([])
    },
  )
})

describe('groups', () => {
  test('one that is refused touches nothing and nobody', async () => {
    const cityId = await aCity({ ga: 3 })
    const sold = (name: string) => sell(2, { sessionId: `cs_${name}_${cityId}` }, { cityId })
    const outcomes = await execute([
      [expand(1, { cityId }), hold(9, { cityId, reservationId: `a ${cityId}` })],
      [sold('first')],
      [sold('second')],
      [sold('first')],
      [hold(1, { cityId, reservationId: `b ${cityId}` })],
    ])
    expect(outcomes.flat().map((outcome) => outcome.status)).toEqual([
      ...['rejected', 'rejected'],
      ...['applied', 'rejected', 'duplicate', 'applied'],
    ])
    expect(await checkInventoryStatus(cityId)).toMatchObject({
      sold: { ga: 2 },
      held: { ga: 1 },
      actualLimits: { ga: 3 },
    })
    const [rows] = await story.owner.query<{ rows: number }>(
      `select count(*)::int as rows from inventory_transactions where city_id = $1 and operation <> 'open'`,
      [cityId],
    )
    expect(rows).toEqual({ rows: 1 })
  })
})

function each(count: number, make: (index: number) => Command): Command[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

/** A story's rows of the ledger, without what differs from one run to another. */
async function ledgerOf(naming: (name: string) => string): Promise<unknown[]> {
  const { rows } = await sql`
    select left(city_id, 1) as city, tier, sequence, epoch, operation, quantity, sold_before, sold_after,
      public_limit_after, actual_limit_after
    from inventory_transactions where city_id in (${naming('a')}, ${naming('b')})
    order by city, tier, sequence`.execute(database())
  return rows
}
