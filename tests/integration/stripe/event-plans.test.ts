import type { QueryResultRow } from 'pg'
import { expect, test } from 'vitest'
import type { Connection } from '@/lib/database'
import { readFigures } from '@/lib/inventory/figures'
import { paidEvents } from '@/tests/support/paid-events'
import { genericScans, recordStatements } from '@/tests/support/plans'
import { ticketCounter } from '@/tests/support/ticket-counter'

/**
 * Plans are made once and kept. Those made while nearly no event waits, and statistics say so, must still be right when
 * thousands do.
 */

const counter = ticketCounter()
const { paid } = paidEvents(counter)
const shared = globalThis as typeof globalThis & { __database?: Connection }

test('a batch and readers find the events that concern them without reading all that wait', async () => {
  const { completed } = await paid(await counter.aCity())
  await counter.owner.query(`
    insert into stripe_events (id, type, state, livemode, session_id, reservation_id, created_at, processed_at)
    select 'evt_' || n, 'checkout.session.completed', 'processed', false, 'cs_' || n, 'r_' || n, app_now(), app_now()
    from generate_series(1, 5000) n`)
  await counter.owner.query('vacuum analyze stripe_events')
  await counter.deliver(completed)
  await counter.advance(60)

  const recording = recordStatements(process.env.DATABASE_URL ?? '')
  shared.__database = recording.connection
  await readFigures()
  expect(await counter.work()).toMatchObject([{ status: 'completed' }])
  const owner = {
    query: async <Row extends QueryResultRow>(text: string) => (await counter.owner.query<Row>(text)).rows,
  }
  const scans = await genericScans(recording, owner, 'stripe_events')
  expect(scans.map((scan) => scan['Index Name'])).toEqual(
    expect.arrayContaining([
      'stripe_events_pkey',
      'stripe_events_waiting_by_reservation',
      'stripe_events_by_session',
    ]),
  )
  expect(scans.filter((scan) => scan['Index Cond'] === undefined)).toEqual([])
})
