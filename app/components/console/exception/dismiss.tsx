import { ConfirmStep } from '@/app/components/console/confirm-step'
import { paymentSeats } from '@/app/format/payment-seats'
import { DecisionForm } from './decision-form'
import type { ResolutionProps } from './resolution-props'

/** Closes the exception, and says why. */
export function Dismiss({
  page: { kept, sold, refundedCents, lostDisputes },
  formKey,
  refused,
  isSending,
}: ResolutionProps) {
  return (
    <ConfirmStep name="Close it as it is" look="danger" isOpen={refused?.form === 'dismiss'}>
      <p>
        No money moves. {sold > 0 ? paymentSeats.staySold(sold) : 'The payment gets no seat.'}{' '}
        {kept > 0 && `${paymentSeats.heldBecomeFree(kept)} `}
        Closing it cannot be undone.
      </p>
      <DecisionForm
        formKey={formKey}
        refused={refused}
        isSending={isSending}
        form="dismiss"
        hidden={{ expectedRefundedCents: refundedCents, expectedDisputes: lostDisputes }}
        isReasonNeeded
        button="Close it as it is"
        look="danger"
      />
    </ConfirmStep>
  )
}
