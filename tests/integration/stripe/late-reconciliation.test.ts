import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { presentAttention } from '@/app/presenters/console/attention-list'
import { readMetrics } from '@/app/web/metrics'
import { readAttention } from '@/lib/analytics/attention'
import { runAudit } from '@/lib/audit'
import { readOperationFigures } from '@/lib/operation-figures'
import { reconcileStripe } from '@/lib/stripe/reconcile'
import { paidEvents } from '@/tests/support/paid-events'
import { ticketCounter } from '@/tests/support/ticket-counter'

const counter = ticketCounter()
const { refuseSales } = paidEvents(counter)
const nobody = { slack: [], email: [], sms: [] }

/** Whether the overview says so, and what Prometheus reads. */
async function said(): Promise<{ isLate: boolean; secondsAgo: number | null }> {
  const [row] = await counter.rows(sql<{ now: Date }>`select app_now() as now`)
  const facts = {
    attention: await readAttention(),
    cities: [],
    thresholds: [],
    targets: nobody,
    now: row?.now ?? new Date(),
  }
  return {
    isLate: presentAttention(facts).some(({ key }) => key === 'old-reconciliation'),
    secondsAgo: (await readOperationFigures()).reconciledSecondsAgo,
  }
}

const refuseKey = (path: string) => counter.control.fault({ match: path, kind: 'status', status: 401 })

test('nothing before a worker was up, and since its first audit where Stripe never let it in', async () => {
  await counter.advance(60)
  expect(await said()).toEqual({ isLate: false, secondsAgo: null })
  const { text } = await readMetrics()
  expect(text).toMatch(/^sixfb_seats_sold 0$/m)
  expect(text).not.toMatch(/^sixfb_reconciliation_age_seconds /m)
  await runAudit({ full: false })
  await refuseKey('GET /v1/checkout/sessions')
  await expect(reconcileStripe({})).rejects.toThrow()
  expect((await said()).isLate).toBe(false)
  await counter.advance(31)
  expect(await said()).toEqual({ isLate: true, secondsAgo: expect.closeTo(31 * 60, -2) as number })
})

test.each(['GET /v1/checkout/sessions', 'GET /v1/refunds'])(
  'a key that Stripe refuses for %s is told of after half an hour, until it works again',
  async (path) => {
    await reconcileStripe({})
    expect(await said()).toEqual({ isLate: false, secondsAgo: expect.closeTo(0, -2) as number })
    await counter.advance(29)
    await refuseKey(path)
    await expect(reconcileStripe({})).rejects.toThrow()
    expect((await said()).isLate).toBe(false)
    await counter.advance(2)
    expect(await said()).toEqual({ isLate: true, secondsAgo: expect.closeTo(31 * 60, -2) as number })
    await reconcileStripe({})
    expect((await said()).isLate).toBe(false)
  },
)

test('a run that leaves one order behind has compared all the same; that of one session has not', async () => {
  await reconcileStripe({})
  // A session that began with the half hour would end with it, within the very second.
  await counter.advance(20)
  const city = await counter.aCity()
  const { sessionId } = await counter.opened(city)
  await counter.advance(11)
  await counter.control.pay(sessionId)
  const heal = await refuseSales(city)
  await expect(reconcileStripe({ sessionId })).rejects.toThrow()
  expect((await said()).isLate).toBe(true)
  await reconcileStripe({})
  expect((await said()).isLate).toBe(false)
  await heal()
  await reconcileStripe({})
})
