import type { Snapshot } from '../support/stripe-stand-in'

/** What Stripe knows of one paid session of ours. */
export interface PaidSession {
  sessionId: string
  /** The sum of its line items. */
  tickets: number
  amountCents: number
  /** The sum of its succeeded refunds. */
  refundedCents: number
  dispute: 'open' | 'won' | 'lost' | null
  /** What the bank took in the dispute, if it was lost. */
  lostCents: number
}

/** Every session of ours that was paid, or needed no payment, as Stripe's own books say it. */
export function paidSessionsOf({ sessions, refunds, disputes }: Snapshot): PaidSession[] {
  return sessions
    .filter(
      ({ mode, status, payment_status, metadata }) =>
        mode === 'payment' &&
        status === 'complete' &&
        payment_status !== 'unpaid' &&
        (metadata.cityId || metadata.ticketType),
    )
    .map(({ id, payment_intent, amount_total, line_items }) => {
      const ofThis = <T extends { payment_intent: string | null }>(one: T) =>
        payment_intent !== null && one.payment_intent === payment_intent
      const dispute = disputes.find(ofThis)
      return {
        sessionId: id,
        tickets: line_items.data.reduce((sum, item) => sum + item.quantity, 0),
        amountCents: amount_total ?? 0,
        refundedCents: refunds
          .filter((refund) => ofThis(refund) && refund.status === 'succeeded')
          .reduce((sum, refund) => sum + refund.amount, 0),
        dispute: dispute ? disputeStateOf(dispute) : null,
        lostCents: dispute?.status === 'lost' ? dispute.amount : 0,
      }
    })
}

function disputeStateOf({ status }: Snapshot['disputes'][number]): 'open' | 'won' | 'lost' {
  if (status === 'lost') return 'lost'
  return status === 'won' ? 'won' : 'open'
}
