import { Form } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { ConfirmStep } from '@/app/components/console/confirm-step'
import { FormKey } from '@/app/components/console/form-key'
import { paymentSeats } from '@/app/format/payment-seats'
import { Reason } from './reason'
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
      <Form method="post" className="stack" noValidate>
        <FormKey value={formKey} />
        <input type="hidden" name="expectedRefundedCents" value={refundedCents} />
        <input type="hidden" name="expectedDisputes" value={lostDisputes} />
        <Reason form="dismiss" refused={refused} isNeeded />
        <div>
          <Button look="danger" name="form" value="dismiss" isBusy={isSending}>
            Close it as it is
          </Button>
        </div>
      </Form>
    </ConfirmStep>
  )
}
