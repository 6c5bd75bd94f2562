import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { database } from '@/lib/database'
import type { Command } from '@/lib/inventory/commands'
import { execute } from '@/lib/inventory/execute'
import { readFigures } from '@/lib/inventory/figures'
import { poolIds, type Naming, toCommand } from './commands'
import { openingLimits, type PoolName, poolNames, seatsPerEmail, type Step } from './steps'

/** A story's stock in PostgreSQL: cities of its own, in a database that other stories may share. */
export interface DatabaseRun {
  naming: Naming
  moveClock: (minutes: number) => Promise<void>
}

export async function newDatabaseRun(moveClock: DatabaseRun['moveClock']): Promise<DatabaseRun> {
  const suffix = randomUUID()
  const naming: Naming = (name) => `${name.replace(' ', '-')}-${suffix}`
  await database()
    .insertInto('cities')
    .values(
      ['a', 'b'].map((city) => ({
        id: naming(city),
        name: city,
        time_zone: 'America/Chicago',
        starts_on: '2026-01-12',
        ends_on: '2026-01-13',
        sale_state: 'on_sale' as const,
      })),
    )
    .execute()
  const opening = poolNames.flatMap((pool): Command[][] => {
    const limit = openingLimits[pool]
    return limit === undefined ? [] : [[toCommand({ type: 'open-city', pool, limit }, naming)]]
  })
  await execute(opening)
  return { naming, moveClock }
}

/** @returns for each group of a call whether it was refused */
export async function stepDatabase({ naming, moveClock }: DatabaseRun, step: Step): Promise<boolean[]> {
  switch (step.type) {
    case 'clock':
      await moveClock(step.minutes)
      return []
    case 'refunds':
      await sql`
        insert into refunds (id, payment_intent_id, amount_cents, status)
        values (${naming(`re ${step.payment}`)}, ${naming(`pi ${step.payment}`)}, ${step.cents}, 'succeeded')
        on conflict (id) do update set amount_cents = excluded.amount_cents`.execute(database())
      return []
    case 'call': {
      const groups = step.groups.map((group) => group.map((command) => toCommand(command, naming)))
      const limits = { perEmail: seatsPerEmail }
      const outcomes = await execute([...groups, ...touchAll(naming)], { limits })
      return outcomes
        .slice(0, groups.length)
        .map((group) => group.some((outcome) => outcome.status === 'rejected'))
    }
  }
}

/** What readers see of each pool, as `figuresOf` of the model gives it. */
export async function databaseFigures({ naming }: DatabaseRun) {
  const figures = [
    ...(await readFigures({ cityId: naming('a') })),
    ...(await readFigures({ cityId: naming('b') })),
  ]
  return poolNames.map((name: PoolName) => {
    const { cityId, tier } = poolIds(name, naming)
    const pool = figures.find((one) => one.cityId === cityId && one.tier === tier)
    if (!pool) return null
    return { shown: pool.publicLimit, real: pool.actualLimit, sold: pool.sold, held: pool.held }
  })
}

/** Refused commands about every pool: so every call lets all overdue holds lapse, as the model does. */
function touchAll(naming: Naming): Command[][] {
  return poolNames.map((name) => [
    { type: 'reduce', ...poolIds(name, naming), to: 0, expectedLimit: -1, authority: {} },
  ])
}
