import { expect, test } from 'vitest'
import { readAttention } from '@/lib/analytics/attention'
import { mostFound, openlyDisputed } from '@/lib/payments/read-payments'
import { findPayments } from '@/tests/support/find-payments'
import { readsOf, recordedDatabase } from '@/tests/support/plans'

/** How one payment is found among many: by an index, whatever somebody has at hand. */

const database = recordedDatabase(async (owner) => {
  // 60,000 payments over two years, and a regular who bought one each week, at midnight and a moment before.
  await owner.query(`
    insert into payments (id, payment_intent_id, session_id, reservation_id, email, created_at)
    select 'pi_' || n, 'pi_' || n, 'cs_' || md5(n::text), md5('r' || n), md5(n::text) || '@example.com',
      timestamptz '2024-11-01 00:00Z' + n * interval '18 minutes'
    from generate_series(1, 60000) n
    union all
    select 'regular_' || n, null, null, null, 'regular@example.com',
      timestamptz '2024-12-01 00:00Z' + n * interval '1 week' - n % 2 * interval '1 millisecond'
    from generate_series(1, 90) n`)
  await owner.query(`update payments set dispute = 'won' where id = 'pi_1'`)
  await owner.query('vacuum analyze payments')
})

test('an address finds its newest payments of two years, and no day is read whole', async () => {
  const found = await findPayments('Regular@example.com')
  expect(found.map(({ id }) => id)).toEqual(
    Array.from({ length: mostFound }, (_, back) => `regular_${90 - back}`),
  )
  const reads = await readsOf(database.recording, database.owner)
  expect(reads).toContainEqual(expect.objectContaining({ index: 'payments_by_day_and_email' }))
  expect(reads.filter(({ how, table }) => how === 'Seq Scan' && table === 'payments')).toEqual([])
})

test('an id finds its payment', async () => {
  const [known] = await database.owner.query<{ names: string[] }>(
    `select array[id, session_id, reservation_id] as names from payments where id = 'pi_777'`,
  )
  for (const name of known?.names ?? [])
    expect((await findPayments(name)).map(({ id }) => id)).toEqual(['pi_777'])
  expect(database.recording.statements).toHaveLength(3)
})

test.each([
  ['counted', readAttention],
  ['listed', openlyDisputed],
])('open disputes are %s by their own index', async (_, run) => {
  await run()
  const reads = await readsOf(database.recording, database.owner)
  const ofPayments = reads.filter(({ table, index }) => table === 'payments' || index?.startsWith('payments'))
  // The payment of the exception that waits longest is one.
  const others = ofPayments.filter(({ index }) => index !== 'payments_pkey')
  expect(new Set(others.map(({ index }) => index))).toEqual(new Set(['payments_in_dispute']))
})
