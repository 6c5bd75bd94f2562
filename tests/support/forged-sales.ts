import { listExceptions, type PaymentException } from '@/lib/payments/read-exceptions'
import { acceptStripeEvent } from '@/lib/stripe/accept-event'
import type { TicketCounter } from './ticket-counter'

/** Stories of sales that Stripe does not know as paid. */
export function forgedSales(counter: TicketCounter) {
  return {
    /** Somebody who has the secret says that a session was paid. */
    forgeSale: async (sessionId: string): Promise<void> => {
      const session = (await counter.control.snapshot()).sessions.find(({ id }) => id === sessionId)
      const stolen = await counter.control.buildEvent('checkout.session.completed', {
        ...session,
        status: 'complete',
        payment_status: 'paid',
        payment_intent: `pi_forged_${sessionId}`,
      })
      await acceptStripeEvent({ rawBody: stolen.body, signature: stolen.header })
      await counter.work()
    },

    /** The exception that waits about such a sale in a city. */
    unknownSaleOf: async (city: string): Promise<PaymentException> => {
      const { exceptions } = await listExceptions()
      const found = exceptions.find(({ kind, cityId }) => kind === 'unknown_to_stripe' && cityId === city)
      if (!found) throw new Error('no exception')
      return found
    },
  }
}
