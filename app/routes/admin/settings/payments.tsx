import { randomUUID } from 'node:crypto'
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Form, useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { Button } from '@/app/components/button'
import { DoneNotice } from '@/app/components/done-notice'
import { FormKey } from '@/app/components/console/form-key'
import { Refusal } from '@/app/components/console/refusal'
import { SettingsNav } from '@/app/components/console/settings-nav'
import { PageHeader } from '@/app/components/page-header'
import { doneAt, takeNotice } from '@/app/forms/console-notice'
import { fieldsOf, refuseForm, refuseUnreadable } from '@/app/forms/form-refusal'
import { isRepeat, onceForm, refuseRepeat } from '@/app/forms/once-form'
import { readForm } from '@/app/forms/read-form'
import { requirePrincipal } from '@/app/web/require-principal'
import { may } from '@/lib/accounts'
import { database } from '@/lib/database'
import { loadPaymentSettings, noSeatChoices, savePaymentSettings } from '@/lib/payment-records/settings'

export const meta: MetaFunction = () => [{ title: 'Payment settings – Console' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  const { notice, headers } = await takeNotice(request)
  const { noSeat } = await loadPaymentSettings(database())
  return data({ noSeat, isOwner: may(principal, 'own'), formKey: randomUUID(), notice }, { headers })
}

const settingsForm = z.object({ noSeat: z.enum(noSeatChoices), expected: z.enum(noSeatChoices) })

export async function action({ request, context }: ActionFunctionArgs) {
  const form = await readForm(request)
  const signedIn = await requirePrincipal(context, 'own')
  const { audit } = signedIn
  const read = settingsForm.safeParse(fieldsOf(form))
  if (!read.success) return refuseUnreadable(form, read.error, { audit, action: 'settings.payments' })
  const { noSeat, expected } = read.data
  const saved = await onceForm(form, signedIn, 'settings.payments', () =>
    savePaymentSettings({ noSeat }, { noSeat: expected }, audit),
  )
  if (saved.ok)
    return doneAt('/admin/settings/payments', 'The setting is saved', 'It holds for payments from now on.')
  return isRepeat(saved.code)
    ? refuseRepeat(form, saved.code)
    : refuseForm(form, 'Somebody else has changed this meanwhile. This is what it is now.')
}

export { revalidateAlways as shouldRevalidate } from '@/app/live/revalidate-always'

export default function PaymentSettings() {
  const { noSeat, isOwner, formKey, notice } = useLoaderData<typeof loader>()
  const refused = useActionData<typeof action>()
  return (
    <div className="stack stack--loose">
      <PageHeader title="Settings" />
      <SettingsNav current="payments" isOwner={isOwner} />
      <DoneNotice notice={notice} />
      <Refusal refused={refused} />
      {!isOwner && <p className="muted">Only owners change these.</p>}
      <Form method="post" className="panel" key={noSeat}>
        <FormKey value={formKey} />
        <input type="hidden" name="expected" value={noSeat} />
        <fieldset className="stack stack--tight" disabled={!isOwner}>
          <legend>
            <h2>A payment that finds no seat</h2>
          </legend>
          <label className="check">
            <input type="radio" name="noSeat" value="wait" defaultChecked={noSeat === 'wait'} />
            waits for an admin, who refunds it or finds it a seat
          </label>
          <label className="check">
            <input type="radio" name="noSeat" value="refund" defaultChecked={noSeat === 'refund'} />
            is refunded at once, and its buyer gets a mail
          </label>
        </fieldset>
        {isOwner && (
          <div>
            <Button name="form" value="payments">
              Save
            </Button>
          </div>
        )}
      </Form>
    </div>
  )
}
