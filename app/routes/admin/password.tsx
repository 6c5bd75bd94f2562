import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { Form, useActionData, useLoaderData } from '@remix-run/react'
import { Button, ButtonLink } from '@/app/components/button'
import { ErrorSummary } from '@/app/components/error-summary'
import { TextField } from '@/app/components/field'
import { PageHeader } from '@/app/components/page-header'
import { readForm } from '@/app/forms/read-form'
import { requirePrincipal } from '@/app/web/require-principal'
import {
  changedAt,
  ownChange,
  refuseChange,
  refuseField,
  signInAgain,
  waitFirst,
} from '@/app/forms/security-answers'
import { changePassword, minPasswordLength, passwordProblemTexts } from '@/lib/accounts'

export const meta: MetaFunction = () => [{ title: 'Password – Console' }]

export async function loader({ context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  return { email: principal.email, minLength: minPasswordLength }
}

/** All sessions of the account end; this browser gets a new one. */
export async function action({ request, context }: ActionFunctionArgs) {
  const signedIn = await requirePrincipal(context, 'see')
  const form = await readForm(request)
  const passwords = { currentPassword: form.get('current') ?? '', newPassword: form.get('new') ?? '' }
  const result = await changePassword({ ...ownChange(signedIn, context), ...passwords }, signedIn.audit)
  if (result.ok) return changedAt('/admin/security', result.value, 'The password is changed')
  switch (result.code) {
    case 'too_many_attempts':
      return waitFirst(result)
    case 'session_ended':
      return signInAgain()
    case 'wrong_password':
      return refuseField('current', 'The current password is wrong.')
    case 'unknown_account':
      return refuseChange('This account no longer exists.')
    case 'too_short':
    case 'too_long':
    case 'is_email':
    case 'too_common':
      return refuseField('new', passwordProblemTexts[result.code])
  }
}

export default function Password() {
  const { email, minLength } = useLoaderData<typeof loader>()
  const refused = useActionData<typeof action>()
  const errorAt = (fieldId: string) => (refused?.fieldId === fieldId ? refused.problem : undefined)
  return (
    <div className="narrow stack stack--loose">
      <PageHeader title="Password" lead="Changing it ends your other sessions." />
      {refused && (
        <ErrorSummary
          title="Nothing was changed"
          problems={[{ message: refused.problem, fieldId: refused.fieldId }]}
          answer={refused}
        />
      )}
      <Form method="post" noValidate className="panel">
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
          <Button>Change the password</Button>
        </div>
      </Form>
      <div className="row">
        <ButtonLink to="/admin/security" look="quiet">
          Back to your account
        </ButtonLink>
      </div>
    </div>
  )
}
