import { ConfirmStep } from '@/app/components/console/confirm-step'
import { paymentSeats } from '@/app/format/payment-seats'
import { seats } from '@/app/format/seats'
import { DecisionForm } from './decision-form'
import type { ResolutionProps } from './resolution-props'

/** Adds what seats are missing, and gives the payment its own. */
export function Expand({
  page: { expand, kept, resolutions },
  formKey,
  refused,
  isSending,
}: ResolutionProps) {
  if (!expand) return null
  if (expand === 'unclear_refund')
    return (
      <p>
        What was refunded is no whole number of tickets, so nobody can tell how many seats are still paid for.
        Refund the rest{resolutions.includes('assign') && ', or give it a number of seats that you choose'}.
      </p>
    )
  const { tier, cityName, added, free, limit, limitAfter } = expand
  const name =
    added === expand.seats
      ? `Add ${seats(added)} for this payment`
      : added > 0
        ? `Add ${seats(added)} and give the payment its ${expand.seats}`
        : `Give the payment ${seats(expand.seats)}`
  return (
    <ConfirmStep name={name} isOpen={refused?.form === 'expand'}>
      <p>
        {free} {tier} {free === 1 ? 'seat is' : 'seats are'} free in {cityName}
        {kept > 0 && `, ${paymentSeats.held(kept)}`}.{' '}
        {added > 0
          ? `The limit rises from ${limit} to ${limitAfter}; customers do not see the new seats.`
          : 'Nothing has to be added.'}{' '}
        Giving it seats cannot be undone.
      </p>
      <DecisionForm
        formKey={formKey}
        refused={refused}
        isSending={isSending}
        form="expand"
        hidden={{ mostAdded: added }}
        button={name}
      />
    </ConfirmStep>
  )
}
