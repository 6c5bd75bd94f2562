import type { QueryResultRow } from 'pg'
import { expect, test } from 'vitest'
import type { Connection } from '@/lib/database'
import { reconcileStripe } from '@/lib/stripe/reconcile'
import { genericScans, recordStatements } from '@/tests/support/plans'
import { ticketCounter } from '@/tests/support/ticket-counter'

const counter = ticketCounter()
const shared = globalThis as typeof globalThis & { __database?: Connection }

test('a reconciliation finds the refunds that the bank has yet to answer without reading all others', async () => {
  const recording = recordStatements(process.env.DATABASE_URL ?? '')
  shared.__database = recording.connection
  await reconcileStripe({})
  const owner = {
    query: async <Row extends QueryResultRow>(text: string) => (await counter.owner.query<Row>(text)).rows,
  }
  const scans = await genericScans(recording, owner, 'refunds')
  expect(scans).toContainEqual(expect.objectContaining({ 'Index Name': 'refunds_at_the_bank' }))
  expect(scans.filter((scan) => scan['Node Type'] === 'Seq Scan')).toEqual([])
})
