import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { executeOne } from '@/lib/inventory/execute-one'
import { aCity } from '@/tests/support/stories/city'
import { mostRowsHandled, plansOfRuns, recordedDatabase } from '@/tests/support/plans'

/**
 * A rush whose holds have all come to their end while no worker lived, and PostgreSQL has not looked at its tables
 * since before: the next buyer's hold writes all of them off.
 */

const overdue = 2_000

const recorded = recordedDatabase(async ({ query }) => {
  await query('vacuum analyze')
})

test('a hold looks up each hold that lapses, and compares none with all others', async () => {
  const cityId = await aCity({ ga: overdue + 1 })
  await recorded.owner.query(`
    insert into reservations (id, city_id, tier, quantity, status, epoch, session_id, created_at, expires_at, lapses_at)
    select 'overdue_' || n, '${cityId}', 'ga', 1, 'held', 0, 'cs_' || n, app_now(), app_now(), app_now()
    from generate_series(1, ${overdue}) n`)
  await recorded.owner.query(
    `update inventory set held = ${overdue} where city_id = '${cityId}' and tier = 'ga'`,
  )
  recorded.recording.statements.length = 0
  const hold = {
    type: 'hold',
    reservationId: randomUUID(),
    cityId,
    tier: 'ga',
    quantity: 1,
    reach: 'by_setting',
  } as const
  expect(await executeOne(hold)).toMatchObject({ status: 'applied', available: overdue })

  const plans = await plansOfRuns(
    recorded,
    (statement) => /^\W*(ahead\W*)?select .* reservations r/s.test(statement),
    `update reservations set status = 'held', closed_at = null, closed_because = null where id like 'overdue_%'`,
  )
  expect(plans.length).toBeGreaterThan(3)
  expect(Math.max(...plans.map(mostRowsHandled))).toBeLessThanOrEqual(2 * overdue)
})
