import { Form } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { SelectField, TextField } from '@/app/components/field'
import { paymentSeats } from '@/app/format/payment-seats'
import { seats } from '@/app/format/seats'
import type { ExceptionPageModel, RestockOffer } from '@/app/presenters/console/exceptions'
import type { FormRefusal } from '@/app/forms/form-refusal'
import { counted } from '@/lib/counted'
import { tierLabel } from '@/lib/tier'
import { ConfirmStep } from './confirm-step'
import { FormKey } from './form-key'
import { problemAt } from './problem-at'

interface Props {
  page: ExceptionPageModel
  /** Goes with a decision, so that it is made once. */
  formKey: string
  refused: FormRefusal | undefined
  isSending: boolean
}

/** What can be done about an exception, each with what it would change. */
export function Resolutions(props: Props) {
  const { resolutions, expand, isRefunding } = props.page
  if (isRefunding) return <RefundOnItsWay isSending={props.isSending} />
  return (
    <section className="stack" aria-labelledby="resolve">
      <h2 id="resolve">What to do</h2>
      {resolutions.includes('expand') && expand && <Expand {...props} />}
      {resolutions.includes('assign') && <Assign {...props} />}
      {resolutions.includes('refund') && <Refund {...props} />}
      {resolutions.includes('restock') && <Restock {...props} />}
      {resolutions.includes('dismiss') && <Dismiss {...props} />}
    </section>
  )
}

/** Nothing else can be decided then, and no second refund is made: only a look at Stripe. */
function RefundOnItsWay({ isSending }: Pick<Props, 'isSending'>) {
  return (
    <section className="stack" aria-labelledby="resolve">
      <h2 id="resolve">Nothing to do</h2>
      <p>
        A refund is at the bank, and until it has arrived or failed nothing else can be decided. If it settles
        the matter, the exception closes by itself; if not, it waits here for a decision again.
      </p>
      <Form method="post">
        <Button look="quiet" name="form" value="ask" isBusy={isSending}>
          Ask Stripe now
        </Button>
      </Form>
    </section>
  )
}

function Refund({ page: { refund, refundedCents }, formKey, refused, isSending }: Props) {
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

function Expand({ page: { expand, kept }, formKey, refused, isSending }: Props) {
  if (!expand) return null
  const { tier, cityName, added, free, limit, limitAfter } = expand
  const name =
    added > 0
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
      <Form method="post" className="stack">
        <FormKey value={formKey} />
        <input type="hidden" name="mostAdded" value={added} />
        <Reason form="expand" refused={refused} />
        <div>
          <Button name="form" value="expand" isBusy={isSending}>
            {name}
          </Button>
        </div>
      </Form>
    </ConfirmStep>
  )
}

/** Two steps: what was chosen is looked at first, as an address, and then done. */
function Assign({ page, formKey, refused, isSending }: Props) {
  const { cities, quantity, chosen, problem, preview } = page.assign
  const free = preview && counted(preview.free, `free ${tierLabel(preview.tier)} seat`)
  const entered = refused?.form === 'assign' ? refused.entered : undefined
  return (
    <ConfirmStep
      name="Give it seats elsewhere"
      isOpen={entered !== undefined || problem !== null || preview !== null}
    >
      <Form method="get" className="form-grid" preventScrollReset>
        <SelectField
          id="cityId"
          name="cityId"
          label="City"
          defaultValue={entered?.cityId ?? chosen.cityId ?? page.expand?.cityId}
        >
          {cities.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        <SelectField
          id="tier"
          name="tier"
          label="Tier"
          defaultValue={entered?.tier ?? chosen.tier ?? undefined}
        >
          <option value="ga">GA</option>
          <option value="vip">VIP</option>
        </SelectField>
        <TextField
          id="quantity"
          name="quantity"
          label="Seats"
          inputMode="numeric"
          defaultValue={entered?.quantity ?? chosen.quantity ?? quantity ?? 1}
          error={problem ?? undefined}
        />
        <div>
          <Button look="quiet">See what it would do</Button>
        </div>
      </Form>
      {/* Always there, so that a screen reader says what it becomes. */}
      <p role="status">
        {problem && <span className="visually-hidden">{problem}</span>}
        {preview && (
          <>
            {preview.cityName} has {free}
            {preview.kept > 0 && `, ${paymentSeats.heldAmongThem(preview.kept)}`}; {preview.freeAfter} would
            be left. {preview.kept === 0 && 'What is held for this payment elsewhere becomes free. '}
            Giving it seats cannot be undone.
          </>
        )}
      </p>
      {preview && (
        <Form method="post" className="stack">
          <FormKey value={formKey} />
          <input type="hidden" name="cityId" value={preview.cityId} />
          <input type="hidden" name="tier" value={preview.tier} />
          <input type="hidden" name="quantity" value={preview.quantity} />
          <Reason form="assign" refused={refused} />
          <div>
            <Button name="form" value="assign" isBusy={isSending}>
              Give it {preview.quantity} {tierLabel(preview.tier)} in {preview.cityName}
            </Button>
          </div>
        </Form>
      )}
    </ConfirmStep>
  )
}

function Restock(props: Props) {
  const { page, formKey, refused, isSending } = props
  const { restock } = page
  if (!restock) return null
  if (restock.seats === null) return <RestockSome {...props} restock={restock} />
  const { amount, isUnpaid } = restock
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
      <Form method="post" className="stack">
        <FormKey value={formKey} />
        <input type="hidden" name="expectedSeats" value={restock.seats} />
        <input type="hidden" name="expectedDisputes" value={page.lostDisputes} />
        <Reason form="restock" refused={refused} />
        <div>
          <Button name="form" value="restock" isBusy={isSending}>
            {name}
          </Button>
        </div>
      </Form>
    </ConfirmStep>
  )
}

/** Nobody can tell from the money how many seats it was for, so an admin says. */
function RestockSome({
  page: { sold, lostDisputes },
  restock: { amount, isBeforeReset },
  formKey,
  refused,
  isSending,
}: Props & { restock: RestockOffer }) {
  const why =
    amount === null
      ? 'Nobody knows how much the bank took in our currency'
      : `The bank took ${amount}, which is no whole number of tickets`
  if (sold === 0) return <p>{why}. All seats of this payment are back already.</p>
  const own = refused?.form === 'restock' ? refused : undefined
  return (
    <ConfirmStep name="Give seats back to stock" isOpen={own !== undefined}>
      <p>
        {why}. {paymentSeats.lostOf(sold)}{' '}
        {isBeforeReset ? resetSince : sold === 1 ? 'The seat becomes free.' : 'They become free.'} No money
        moves, and no seat can be taken back for this payment.
      </p>
      <Form method="post" className="stack" noValidate>
        <FormKey value={formKey} />
        <input type="hidden" name="expectedDisputes" value={lostDisputes} />
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
        <Reason form="restock" refused={refused} />
        <div>
          <Button name="form" value="restock" isBusy={isSending}>
            Give back to stock
          </Button>
        </div>
      </Form>
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

function Dismiss({ page: { kept, sold, refundedCents, lostDisputes }, formKey, refused, isSending }: Props) {
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

function Reason({
  form,
  refused,
  isNeeded = false,
}: {
  form: string
  refused: FormRefusal | undefined
  isNeeded?: boolean
}) {
  const own = refused?.form === form ? refused : undefined
  return (
    <TextField
      id={`${form}-reason`}
      name="reason"
      label={isNeeded ? 'Why' : 'Why (optional)'}
      maxLength={1_000}
      required={isNeeded}
      defaultValue={own?.entered.reason}
      error={problemAt(own, `${form}-reason`)}
    />
  )
}
