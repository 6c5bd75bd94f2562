import { Form } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { ConfirmStep } from '@/app/components/console/confirm-step'
import { SelectField, TextField } from '@/app/components/field'
import { paymentSeats } from '@/app/format/payment-seats'
import { counted, isOrAre } from '@/lib/counted'
import { tierLabel } from '@/lib/tier'
import { DecisionForm } from './decision-form'
import type { ResolutionProps } from './resolution-props'

/** Two steps: what was chosen is looked at first, as an address, and then done. */
export function Assign({ page, formKey, refused, isSending }: ResolutionProps) {
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
          defaultValue={entered?.cityId ?? chosen.cityId ?? page.assign.cityId ?? undefined}
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
            be left.{' '}
            {preview.given < preview.quantity &&
              `Of the ${preview.quantity}, only ${preview.given} ${isOrAre(preview.given)} still paid for. `}
            {preview.kept === 0 && 'What is held for this payment elsewhere becomes free. '}
            Giving it seats cannot be undone.
          </>
        )}
      </p>
      {preview && (
        <DecisionForm
          formKey={formKey}
          refused={refused}
          isSending={isSending}
          form="assign"
          hidden={{
            cityId: preview.cityId,
            tier: preview.tier,
            quantity: preview.quantity,
            expectedRefundedCents: page.refundedCents,
          }}
          button={`Give it ${preview.given} ${tierLabel(preview.tier)} in ${preview.cityName}`}
        />
      )}
    </ConfirmStep>
  )
}
