import { Form } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { ConfirmStep } from '@/app/components/console/confirm-step'
import { FormKey } from '@/app/components/console/form-key'
import { paymentSeats } from '@/app/format/payment-seats'
import { Reason } from './reason'
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
      <Form method="post" className="stack">
        <FormKey value={formKey} />
        <input type="hidden" name="expectedRefundedCents" value={refundedCents} />
        <Reason form="refund" refused={refused} />
        <div>
          <Button look="danger" name="form" value="refund" isBusy={isSending}>
            Refund {refund.amount}
          </Button>
        </div>
      </Form>
    </ConfirmStep>
  )
}
