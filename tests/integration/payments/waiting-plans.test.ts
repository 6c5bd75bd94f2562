import { expect, test } from 'vitest'
import { findDifferences } from '@/lib/audit/audit'
import { database } from '@/lib/database'
import { learnPaymentIds } from '@/lib/inventory/lock/learn-payment-ids'
import { settleExceptions } from '@/lib/payment-records/exceptions'
import { reopenExceptions } from '@/lib/payment-records/failed-refunds'
import { longestWaiting } from '@/lib/payments/read-exceptions'
import { transact } from '@/lib/queues/transaction'
import { applyPlans } from '@/lib/stripe/apply-plans'
import { readBackground } from '@/lib/stripe/background'
import { refundFacts, sessionFacts } from '@/lib/stripe/facts'
import { followFacts } from '@/lib/stripe/follow-session'
import { type News, planNews } from '@/lib/stripe/plan'
import { takeUnfinishedSessions } from '@/lib/stripe/recent-sessions'
import { genericScans, recordedDatabase, type Scan } from '@/tests/support/plans'

/**
 * Plans are made once and kept. Those made while no payment waits, for its money or for a person, must still be right
 * when thousands do: a payment and its exceptions are found by what names them.
 */

const recorded = recordedDatabase(async ({ query }) => {
  await query(`
    insert into payments (id, payment_intent_id, session_id, state)
    select 'pi_' || n, 'pi_' || n, 'cs_' || n, 'dismissed' from generate_series(1, 5000) n`)
  await query(`
    insert into payment_exceptions (payment_id, kind, state, resolution, resolved_by, resolved_at)
    select 'pi_' || n, 'no_seat', 'resolved', 'dismissed', 'ada', app_now() from generate_series(1, 5000) n`)
  await query(`
    insert into refunds (id, payment_intent_id, amount_cents, status)
    select 're_' || n, 'pi_' || n, 100, 'succeeded' from generate_series(1, 5000) n`)
  await query('vacuum analyze')
  await query(`update payments set state = 'awaiting' where id = 'pi_7'`)
})

const session = sessionFacts.parse({
  id: 'cs_7',
  mode: 'payment',
  status: 'complete',
  payment_status: 'unpaid',
})
const refund = refundFacts.parse({ id: 're_8', payment_intent: 'pi_8', amount: 100, status: 'failed' })

test.each<[string, () => Promise<unknown>]>([
  ['what settles itself', () => transact((trx) => settleExceptions(trx, ['no_seat'], ['pi_8'], 'settled'))],
  ['a refund that failed', () => transact((trx) => reopenExceptions(trx, [refund]))],
  [
    'a dispute that was lost',
    () =>
      apply({
        key: 'evt_1',
        type: 'charge.dispute.closed',
        facts: {
          kind: 'dispute',
          disputeId: 'dp_1',
          chargeId: null,
          paymentIntentId: 'pi_9',
          status: 'lost',
          amount: 100,
        },
      }),
  ],
  [
    'money that was parked',
    () =>
      transact((trx) =>
        learnPaymentIds(
          trx,
          [{ sessionId: 'cs_10', paymentIntentId: 'pi_11' }],
          [known('pi_10', { session_id: 'cs_10' }), known('pi_11', { payment_intent_id: 'pi_11' })],
        ),
      ),
  ],
  ['an audit', () => findDifferences(database(), 'incremental')],
])('%s finds exceptions by their payment', async (_, run) => {
  await run()
  expectFound(await scansOf('payment_exceptions'))
})

test.each<[string, () => Promise<unknown>]>([
  ['a payment that is still on its way', () => followFacts(session)],
  [
    'one that the bank has refused',
    () => apply({ key: 'evt_2', type: 'checkout.session.async_payment_failed', facts: session }),
  ],
])('%s is found by its names', async (_, run) => {
  await run()
  expectFound(await scansOf('payments'))
})

test('sales that were taken back are looked for among their exceptions', async () => {
  await takeUnfinishedSessions(new Date())
  const scans = await scansOf('payment_exceptions')
  expect(scans.map((scan) => scan['Index Name'])).toEqual(['payment_exceptions_taken_back'])
  const payments = await scansOf('payments')
  expect(payments.map((scan) => scan['Index Name'])).toContain('payments_by_waiting')
  expect(payments.filter((scan) => scan['Node Type'] === 'Seq Scan')).toEqual([])
})

test('the one that has waited longest is looked for among those that wait', async () => {
  await longestWaiting()
  const scans = await scansOf('payment_exceptions')
  expect(scans.map((scan) => scan['Index Name'])).toContain('payment_exceptions_unresolved')
  expect(scans.filter((scan) => scan['Node Type'] === 'Seq Scan')).toEqual([])
})

async function apply(news: News): Promise<void> {
  const plan = planNews(news, await readBackground(database(), [news]))
  if (plan === 'ask') throw new Error('This news needs no question')
  await transact((trx) => applyPlans(trx, [plan]))
}

function known(id: string, names: { session_id?: string; payment_intent_id?: string }) {
  return { id, payment_intent_id: null, session_id: null, reservation_id: null, seats_sold: 0, ...names }
}

function scansOf(table: string): Promise<Scan[]> {
  return genericScans(recorded.recording, recorded.owner, table)
}

function expectFound(scans: readonly Scan[]): void {
  expect(scans.length).toBeGreaterThan(0)
  expect(scans.filter((scan) => scan['Index Cond'] === undefined)).toEqual([])
}
