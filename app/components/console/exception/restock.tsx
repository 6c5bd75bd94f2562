import { ConfirmStep } from '@/app/components/console/confirm-step'
import { TextField } from '@/app/components/field'
import { problemAt } from '@/app/components/problem-at'
import { paymentSeats } from '@/app/format/payment-seats'
import { seats } from '@/app/format/seats'
import type { RestockOffer } from '@/app/presenters/console/exception-page'
import { DecisionForm } from './decision-form'
import type { ResolutionProps } from './resolution-props'

/** Gives back the seats whose money was lost, or refunded in part. */
export function Restock(props: ResolutionProps) {
  const { page, formKey, refused, isSending } = props
  const { restock } = page
  if (!restock) return null
  if (restock.seats === null) return <RestockSome {...props} restock={restock} />
  const { amount } = restock
  const isUnpaid = restock.because === 'unpaid'
  const name = restock.seats === 0 ? 'Note the money as lost' : `Give ${seats(restock.seats)} back to stock`
  return (
    <ConfirmStep name={name} isOpen={refused?.form === 'restock'}>
      <p>
        {isUnpaid
          ? 'Stripe is asked again first. Where it still knows no payment, the sale is taken back.'
          : `The bank took ${amount}.`}{' '}
        {restockWords(restock.seats, restock)} No money moves
        {isUnpaid
          ? '. Should money for it come after all, it is sold again'
          : restock.seats > 0 && ', and the seats cannot be taken back for this payment'}
        .
      </p>
      <DecisionForm
        formKey={formKey}
        refused={refused}
        isSending={isSending}
        form="restock"
        hidden={{ expectedSeats: restock.seats, expectedDisputes: page.lostDisputes }}
        button={name}
      />
    </ConfirmStep>
  )
}

/** Nobody can tell from the money how many seats it was for, so an admin says. */
function RestockSome({
  page: { sold, lostDisputes, refundedCents },
  restock: { because, amount, isBeforeReset },
  formKey,
  refused,
  isSending,
}: ResolutionProps & { restock: RestockOffer }) {
  const isLost = because === 'lost'
  const why =
    amount === null
      ? 'Nobody knows how much the bank took in our currency'
      : `${isLost ? 'The bank took' : 'The buyer got back'} ${amount}, which is no whole number of tickets`
  if (sold === 0) return <p>{why}. All seats of this payment are back already.</p>
  const own = refused?.form === 'restock' ? refused : undefined
  return (
    <ConfirmStep name="Give seats back to stock" isOpen={own !== undefined}>
      <p>
        {why}. {isLost ? paymentSeats.lostOf(sold) : paymentSeats.keptOf(sold)}{' '}
        {isBeforeReset ? resetSince : sold === 1 ? 'The seat becomes free.' : 'They become free.'} No money
        moves, and no seat can be taken back for this payment.
      </p>
      <DecisionForm
        formKey={formKey}
        refused={refused}
        isSending={isSending}
        form="restock"
        hidden={{ expectedDisputes: lostDisputes, expectedRefundedCents: refundedCents }}
        button="Give back to stock"
      >
        <TextField
          id="restock-seats"
          name="seats"
          label="Seats to give back"
          hint={sold === 1 ? undefined : `From 1 to ${sold}`}
          isNumber
          required
          defaultValue={own?.entered.seats ?? (sold === 1 ? 1 : undefined)}
          error={problemAt(own, 'restock-seats')}
        />
      </DecisionForm>
    </ConfirmStep>
  )
}

const resetSince =
  'The city was reset since, so no seat becomes free. Should the reset be undone, they stay given back.'

function restockWords(freed: number, { isBeforeReset, neverGot }: RestockOffer): string {
  if (neverGot) return 'No seat becomes free: the payment never got those that this money was for.'
  if (freed === 0)
    return 'No seat becomes free: a refund gave its seats back before. Where that fails, none is taken again for this money.'
  return isBeforeReset ? resetSince : paymentSeats.becomeFree(freed)
}
