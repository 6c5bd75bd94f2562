import { randomUUID } from 'node:crypto'
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { Button } from '@/app/components/button'
import { DoneNotice } from '@/app/components/done-notice'
import { FormKey } from '@/app/components/console/form-key'
import { OwnerPassword } from '@/app/components/console/owner-password'
import { Breakable } from '@/app/components/console/breakable'
import { Records } from '@/app/components/console/records'
import { Refusal } from '@/app/components/console/refusal'
import { RoleOptions } from '@/app/components/console/role-options'
import { SettingsNav } from '@/app/components/console/settings-nav'
import { ShownOnce } from '@/app/components/console/shown-once'
import { SelectField, TextField } from '@/app/components/field'
import { PageHeader } from '@/app/components/page-header'
import { problemAt } from '@/app/components/problem-at'
import { StatusTag } from '@/app/components/status-tag'
import { formatExactly } from '@/app/format/dates'
import { takeNotice } from '@/app/forms/console-notice'
import { fieldsOf, refuseForm, refuseUnreadable } from '@/app/forms/form-refusal'
import { readForm } from '@/app/forms/read-form'
import { onceForm, refuseRepeat } from '@/app/forms/once-form'
import { isPasswordRefusal, refusePassword, withPassword } from '@/app/forms/with-password'
import { notAllowed } from '@/app/web/not-allowed'
import { requirePrincipal } from '@/app/web/require-principal'
import { createAccount, listAccounts, passwordProblemTexts, roles } from '@/lib/accounts'

export const meta: MetaFunction = () => [{ title: 'Admins – Console' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'own')
  const { notice, headers } = await takeNotice(request)
  const accounts = (await listAccounts()).map(
    ({ id, email, role, disabledAt, hasSecondFactor, lastSeenAt }) => ({
      id,
      email,
      role,
      hasSecondFactor,
      isDisabled: disabledAt !== null,
      lastSeen: lastSeenAt && formatExactly(lastSeenAt, 'UTC'),
    }),
  )
  return data({ accounts, ownEmail: principal.email, formKey: randomUUID(), notice }, { headers })
}

const createForm = z.object({
  email: z.string().trim().min(1, 'Enter an email address').max(255),
  role: z.enum(roles),
})

/** The password is on this answer alone: we keep its hash, and the answer sealed for a day. */
export async function action({ request, context }: ActionFunctionArgs) {
  const form = await readForm(request)
  const signedIn = await requirePrincipal(context, 'own')
  const { audit } = signedIn
  const read = createForm.safeParse(fieldsOf(form))
  if (!read.success) return refuseUnreadable(form, read.error, { audit, action: 'account.create' })
  const create = withPassword(form, () => createAccount(read.data, audit))
  const made = await onceForm(form, signedIn, 'account.create', () => create(signedIn))
  if (made.ok) return data({ created: { email: made.value.email, password: made.value.password ?? '' } })
  if (isPasswordRefusal(made)) return refusePassword(form, made, '/admin/settings/admins')
  const field = { status: 422, fieldId: 'create-email' }
  switch (made.code) {
    case 'in_progress':
    case 'key_reused':
      return refuseRepeat(form, made.code)
    case 'not_owner':
      throw notAllowed()
    case 'invalid_email':
      return refuseForm(form, 'Enter an email address in the form name@example.com', field)
    case 'email_taken':
      return refuseForm(form, 'There is an account with this address already', { ...field, status: 409 })
    case 'too_short':
    case 'too_long':
    case 'is_email':
    case 'too_common':
      return refuseForm(form, passwordProblemTexts[made.code], field)
  }
}

export { revalidateAlways as shouldRevalidate } from '@/app/live/revalidate-always'

export default function Admins() {
  const { accounts, ownEmail, formKey, notice } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const refused = answer && 'problems' in answer ? answer : undefined
  const created = answer && 'created' in answer ? answer.created : undefined
  return (
    <div className="stack stack--loose">
      <PageHeader title="Settings" />
      <SettingsNav current="admins" isOwner />
      <DoneNotice notice={notice} />
      {created && (
        <ShownOnce title={`${created.email} can sign in`} label="Password" secret={created.password}>
          Pass it on by a safe way. Its owner should change it, and add a second factor.
        </ShownOnce>
      )}
      <Refusal refused={refused} title="No account was made" />
      <Records
        label="Admins"
        rows={accounts}
        keyOf={({ id }) => id}
        columns={[
          {
            text: 'Email',
            cell: ({ id, email }) => (
              <Link to={`/admin/settings/admins/${id}`}>
                <Breakable text={email} />
              </Link>
            ),
          },
          { text: 'Role', cell: ({ role }) => role },
          {
            text: 'State',
            cell: ({ isDisabled }) =>
              isDisabled ? (
                <StatusTag meaning="plain">Disabled</StatusTag>
              ) : (
                <StatusTag meaning="good" icon="good">
                  May sign in
                </StatusTag>
              ),
          },
          { text: 'Second factor', cell: ({ hasSecondFactor }) => (hasSecondFactor ? 'on' : 'off') },
          {
            text: 'Last seen',
            cell: ({ lastSeen }) => <span className="figures">{lastSeen ?? 'never'}</span>,
          },
        ]}
      />
      <section className="panel" aria-labelledby="add">
        <h2 id="add">Add an admin</h2>
        <Form method="post" className="stack" noValidate key={created?.email}>
          <FormKey value={refused?.key ?? formKey} />
          <div className="form-grid">
            <TextField
              id="create-email"
              name="email"
              label="Email"
              type="email"
              autoComplete="off"
              defaultValue={refused?.entered.email}
              error={problemAt(refused, 'create-email')}
            />
            <SelectField id="create-role" name="role" label="Role" defaultValue={refused?.entered.role}>
              <RoleOptions />
            </SelectField>
            {/* Password managers want to know whose it is: not of the address above. */}
            <input
              type="text"
              name="username"
              autoComplete="username"
              defaultValue={ownEmail}
              hidden
              readOnly
            />
            <OwnerPassword form="create" refused={refused} />
          </div>
          <div>
            <Button name="form" value="create">
              Add the admin
            </Button>
          </div>
        </Form>
      </section>
    </div>
  )
}
