import { randomUUID } from 'node:crypto'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { Form, useActionData, useLoaderData } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { BackToAccount } from '@/app/components/console/back-to-account'
import { OwnFormKey } from '@/app/components/console/own-form-key'
import { OwnRefusal } from '@/app/components/console/own-refusal'
import { TextField } from '@/app/components/field'
import { PageHeader } from '@/app/components/page-header'
import { useIsSending } from '@/app/live/use-is-sending'
import { kept } from '@/app/forms/kept-session'
import { onceOwn, ownSender } from '@/app/forms/own-form'
import { readForm } from '@/app/forms/read-form'
import { requirePrincipal } from '@/app/web/require-principal'
import { changedAt, ownChange, refuseOwn } from '@/app/forms/security-answers'
import { changePassword, minPasswordLength, passwordProblemTexts } from '@/lib/accounts'

export const meta: MetaFunction = () => [{ title: 'Password – Console' }]

export async function loader({ context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  return { email: principal.email, minLength: minPasswordLength, formKey: randomUUID() }
}

/** All sessions of the account end; this browser gets a new one. */
export async function action({ request, context }: ActionFunctionArgs) {
  const form = await readForm(request)
  const sender = await ownSender(context)
  const passwords = { currentPassword: form.get('current') ?? '', newPassword: form.get('new') ?? '' }
  const result = await onceOwn({ context, form, sender }, 'account.password', async (signedIn) => {
    const changed = await changePassword({ ...ownChange(signedIn, context), ...passwords }, signedIn.audit)
    return changed.ok ? { ok: true as const, value: { session: kept(changed.value) } } : changed
  })
  if (result.ok) return changedAt('/admin/security', result.value.session, 'The password is changed')
  return refuseOwn(form, result, {
    no_password: { problem: 'Enter your current password.', fieldId: 'current' },
    wrong_password: { problem: 'The current password is wrong.', fieldId: 'current' },
    too_short: { problem: passwordProblemTexts.too_short, fieldId: 'new' },
    too_long: { problem: passwordProblemTexts.too_long, fieldId: 'new' },
    is_email: { problem: passwordProblemTexts.is_email, fieldId: 'new' },
    too_common: { problem: passwordProblemTexts.too_common, fieldId: 'new' },
  })
}

export default function Password() {
  const { email, minLength, formKey } = useLoaderData<typeof loader>()
  const refused = useActionData<typeof action>()
  const isSending = useIsSending()
  const errorAt = (fieldId: string) => (refused?.fieldId === fieldId ? refused.problem : undefined)
  return (
    <div className="narrow stack stack--loose">
      <PageHeader title="Password" lead="Changing it ends your other sessions." />
      <OwnRefusal refused={refused} />
      <Form method="post" noValidate className="panel">
        <OwnFormKey formKey={formKey} name="" refused={refused} />
        {/* Password managers want to know whose it is. */}
        <input type="hidden" name="username" autoComplete="username" defaultValue={email} />
        <TextField
          id="current"
          name="current"
          label="Current password"
          type="password"
          autoComplete="current-password"
          error={errorAt('current')}
        />
        <TextField
          id="new"
          name="new"
          label="New password"
          hint={`At least ${minLength} characters. A few random words are good.`}
          type="password"
          autoComplete="new-password"
          error={errorAt('new')}
        />
        <div className="row">
          <Button isBusy={isSending}>Change the password</Button>
        </div>
      </Form>
      <BackToAccount />
    </div>
  )
}
