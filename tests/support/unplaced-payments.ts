import type { ExceptionKind } from '@/db/tables/money'
import { reserveInventory } from '@/lib/inventory'
import { listExceptions, type PaymentException } from '@/lib/payments/read-exceptions'
import type { TicketCounter } from './ticket-counter'

/** Who resolves exceptions in tests. */
export const ada = { actor: 'ada', authorizedBy: 'Ada L.', reason: 'the buyer called' }

/** The kinds of the exceptions about the same payment that wait, newest first. */
export async function kindsWaiting({ payment: { id } }: PaymentException): Promise<ExceptionKind[]> {
  const { exceptions } = await listExceptions()
  return exceptions.filter((one) => one.payment.id === id).map(({ kind }) => kind)
}

/** Stories of payments that need a person. */
export function unplacedPayments(counter: TicketCounter) {
  /** Sells seats for good; answers the session. */
  async function sell(city: string, quantity: number): Promise<string> {
    const { sessionId } = await counter.opened(city, { quantity })
    await counter.handle(...(await counter.control.pay(sessionId)).events)
    return sessionId
  }

  /** The latest exception about a session. */
  async function exceptionOf(sessionId: string): Promise<PaymentException> {
    const { exceptions } = await listExceptions({ state: 'all' })
    const found = exceptions.find((one) => one.payment.sessionId === sessionId)
    if (!found) throw new Error('no exception')
    return found
  }

  return {
    sell,
    exceptionOf,

    /** A payment for two seats, or more, of which none was left. */
    withoutSeat: async (seats = 2, quantity = 2): Promise<{ city: string; exception: PaymentException }> => {
      const city = await counter.aCity({ ga: seats })
      const { sessionId } = await counter.opened(city, { quantity, email: 'buyer@example.com' })
      const { events } = await counter.control.pay(sessionId)
      await counter.advance(60)
      await sell(city, seats)
      await counter.handle(...events)
      return { city, exception: await exceptionOf(sessionId) }
    },

    /** A payment for three seats, two of which were held and are all that there are. */
    twoOfThreeKept: async (): Promise<{ city: string; sessionId: string; exception: PaymentException }> => {
      const city = await counter.aCity({ ga: 2 })
      const reservationId = `kept-${city}`
      await reserveInventory(city, 'ga', 2, reservationId)
      const metadata = { cityId: city, ticketType: 'GA', quantity: '3', reservationId }
      const { session } = await counter.control.createSession({ metadata, quantity: 3 })
      await counter.handle(...(await counter.control.pay(session.id)).events)
      return { city, sessionId: session.id, exception: await exceptionOf(session.id) }
    },

    /** A payment that names no city of ours. */
    nowhere: async (): Promise<PaymentException> => {
      const metadata = { cityId: 'atlantis', ticketType: 'GA' }
      const { session } = await counter.control.createSession({ metadata })
      await counter.handle(...(await counter.control.pay(session.id)).events)
      return exceptionOf(session.id)
    },

    /** Two seats whose refund failed after one of them had gone to somebody else. */
    refundFailed: async (): Promise<{ city: string; exception: PaymentException }> => {
      const city = await counter.aCity({ ga: 2 })
      const sessionId = await sell(city, 2)
      const { refund, events } = await counter.control.refund(sessionId)
      await counter.handle(...events)
      await sell(city, 1)
      await counter.handle(...(await counter.control.failRefund(refund.id)).events)
      return { city, exception: await exceptionOf(sessionId) }
    },

    /** A payment's refunds as Stripe has them. */
    refundsAtStripe: async ({ payment }: PaymentException) => {
      const { refunds } = await counter.control.snapshot()
      return refunds.filter((refund) => refund.payment_intent === payment.paymentIntentId)
    },
  }
}
