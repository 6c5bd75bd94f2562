import { ConfirmStep } from '@/app/components/console/confirm-step'
import { paymentSeats } from '@/app/format/payment-seats'
import { DecisionForm } from './decision-form'
import type { ResolutionProps } from './resolution-props'

/** All that is left goes back through Stripe. */
export function Refund({ page: { refund, refundedCents }, formKey, refused, isSending }: ResolutionProps) {
  if (!refund) return null
  const freed = refund.givenBack + refund.kept
  return (
    <ConfirmStep name={`Refund ${refund.amount}`} look="danger" isOpen={refused?.form === 'refund'}>
      <p>
        {refund.amount} go back to the buyer through Stripe.{' '}
        {freed > 0 ? paymentSeats.becomeFree(freed) : 'No seat changes.'} A refund cannot be undone.
      </p>
      <DecisionForm
        formKey={formKey}
        refused={refused}
        isSending={isSending}
        form="refund"
        hidden={{ expectedRefundedCents: refundedCents }}
        button={`Refund ${refund.amount}`}
        look="danger"
      />
    </ConfirmStep>
  )
}
