import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { requestReconciliation } from '@/lib/checkout/request-reconciliation'
import { database } from '@/lib/database'
import { storyDatabase } from '../../support/stories/database'

storyDatabase()

test('Stripe is asked about what may be a session of its own, and about nothing else', async () => {
  for (const id of ['all', 'cs_test_1', 'pi_1', '']) await requestReconciliation(id)
  const { rows } = await sql`select data from pgboss.job where name = 'stripe-reconcile'`.execute(database())
  expect(rows).toEqual([{ data: { sessionId: 'cs_test_1' } }])
})
