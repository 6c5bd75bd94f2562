import { afterEach, expect, test, vi } from 'vitest'
import { log } from '@/lib/log'
import { decrementInventory } from '@/lib/inventory'
import { getException } from '@/lib/payments/read-exceptions'
import { findPayments } from '@/tests/support/find-payments'
import { refundsAtTheBank } from '@/tests/support/refunds-at-the-bank'
import { ticketCounter } from '@/tests/support/ticket-counter'
import { unplacedPayments } from '@/tests/support/unplaced-payments'

/** What an alert tells of stands, though the alert itself cannot be raised. */

const counter = ticketCounter()
const { nowhere, sell } = unplacedPayments(counter)
const { askPending, failedWithFreeSeats } = refundsAtTheBank(counter)

afterEach(() => void vi.restoreAllMocks())

/** Meanwhile no alert can be stored. @returns how many could not be raised, by the log */
async function withoutAlerts(work: () => Promise<unknown>): Promise<number> {
  const logged = vi.spyOn(log(), 'error').mockClear()
  await counter.owner.query(`
    create function refuse_alert() returns trigger language plpgsql as
      $$ begin raise exception 'refused'; end $$;
    create trigger refuse_alert before insert on alerts for each row execute function refuse_alert()`)
  try {
    await work()
  } finally {
    await counter.owner.query('drop trigger refuse_alert on alerts; drop function refuse_alert()')
  }
  const said = logged.mock.calls.map(([about]) => about as { code?: string })
  return said.filter(({ code }) => code === 'alert_not_raised').length
}

test('a sale whose thresholds cannot be read', async () => {
  const city = await counter.aCity({ ga: 12 })
  const logged = vi.spyOn(log(), 'error')
  await counter.owner.query('alter table alert_thresholds rename to alert_thresholds_away')
  try {
    expect(await decrementInventory(city, 'ga', 8)).toMatchObject({ success: true, availableAfter: 4 })
  } finally {
    await counter.owner.query('alter table alert_thresholds_away rename to alert_thresholds')
  }
  expect(await counter.stock(city)).toMatchObject({ sold: 8 })
  expect(logged).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ code: 'alert_not_raised' }),
    expect.any(String),
  )
  expect(await decrementInventory(city, 'ga', 2)).toMatchObject({ success: true })
})

test('a payment that cannot be placed', async () => {
  let id = 0
  expect(await withoutAlerts(async () => ({ id } = await nowhere()))).toBe(1)
  expect(await getException(id)).toMatchObject({ state: 'open' })
})

test('a dispute, won, lost or open', async () => {
  const sessionId = await sell(await counter.aCity(), 1)
  const marked = async () => (await findPayments(sessionId))[0]?.dispute
  const { dispute, events } = await counter.control.dispute(sessionId)
  expect(await withoutAlerts(() => counter.handle(...events))).toBe(1)
  expect(await marked()).toBe('open')
  const lost = await counter.control.closeDispute(dispute.id, 'lost')
  expect(await withoutAlerts(() => counter.handle(...lost.events))).toBe(1)
  expect(await marked()).toBe('lost')
  // Another one, while the exception about the first waits.
  const other = { ...dispute, id: `${dispute.id}_second`, status: 'lost' }
  const news = await counter.control.emitEvent('charge.dispute.closed', other)
  expect(await withoutAlerts(() => counter.handle(news))).toBe(1)
})

test('a refund that fails while its exception waits for it', async () => {
  const { exception } = await failedWithFreeSeats()
  const refund = await askPending(exception)
  const { events } = await counter.control.failRefund(refund.id)
  expect(await withoutAlerts(() => counter.handle(...events))).toBeGreaterThan(0)
  expect(await getException(exception.id)).toMatchObject({ state: 'open' })
})
