import { sql } from 'kysely'
import { expect } from 'vitest'
import type { PaymentException } from '@/lib/payments/read-exceptions'
import { refundException } from '@/lib/payments/resolve-refund'
import type { TicketCounter } from './ticket-counter'
import { ada, unplacedPayments } from './unplaced-payments'

/** Stories of refunds that the bank has yet to pay out, or that fail there. */
export function refundsAtTheBank(counter: TicketCounter) {
  const { sell, exceptionOf } = unplacedPayments(counter)

  async function alertsAbout(exceptionId: number) {
    return counter.rows(
      sql<{ subject: string }>`
        select subject from alerts where exception_id = ${exceptionId} order by created_at`,
    )
  }

  return {
    /** Of an exception, the oldest first. */
    alertsAbout,

    /** A refund that an exception asks for, and that the bank keeps for days. */
    askPending: async ({ id, payment }: PaymentException) => {
      const { refund } = await counter.control.refund(payment.paymentIntentId ?? '', null, {
        status: 'pending',
        metadata: { exceptionId: String(id) },
      })
      expect(await refundException(id, ada)).toEqual({ ok: true, resolution: 'refund_pending' })
      return refund
    },

    /** How often it was told that a refund of an exception had failed. */
    failuresTold: async (exceptionId: number) => {
      const alerts = await alertsAbout(exceptionId)
      return alerts.filter(({ subject }) => subject === 'A refund has failed at the bank').length
    },

    /** Three seats were returned, the refund failed, and by now the pool could give them again. */
    failedWithFreeSeats: async () => {
      const city = await counter.aCity({ ga: 3 })
      const sessionId = await sell(city, 3)
      const first = await counter.control.refund(sessionId)
      await counter.handle(...first.events)
      const other = await sell(city, 1)
      await counter.handle(...(await counter.control.failRefund(first.refund.id)).events)
      await counter.handle(...(await counter.control.refund(other)).events)
      const exception = await exceptionOf(sessionId)
      expect(exception).toMatchObject({ kind: 'refund_failed', state: 'open' })
      return { city, exception }
    },
  }
}
