import { randomUUID } from 'node:crypto'
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Form, useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { Button } from '@/app/components/button'
import { ConfirmStep } from '@/app/components/console/confirm-step'
import { DoneNotice } from '@/app/components/console/done-notice'
import { FormKey } from '@/app/components/console/form-key'
import { problemAt } from '@/app/components/console/problem-at'
import { Records } from '@/app/components/console/records'
import { SettingsNav } from '@/app/components/console/settings-nav'
import { ShownOnce } from '@/app/components/console/shown-once'
import { EmptyState } from '@/app/components/empty-state'
import { ErrorSummary } from '@/app/components/error-summary'
import { SelectField, TextField } from '@/app/components/field'
import { PageHeader } from '@/app/components/page-header'
import { StatusTag } from '@/app/components/status-tag'
import { formatExactly } from '@/app/format/dates'
import { doneAt, takeNotice } from '@/app/web/console-notice'
import { fieldsOf, nameOf, refuseForm, refuseUnreadable } from '@/app/web/form-refusal'
import { readForm } from '@/app/web/read-form'
import { isRepeat, onceForm, repeatTexts } from '@/app/web/once-form'
import { requirePrincipal } from '@/app/web/require-principal'
import { scopes } from '@/lib/accounts/principal'
import { createToken, listTokens, maxTokenDays, revokeToken } from '@/lib/accounts/tokens'

export const meta: MetaFunction = () => [{ title: 'API tokens – Console' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requirePrincipal(context, 'own')
  const { notice, headers } = await takeNotice(request)
  const tokens = (await listTokens()).map(
    ({ id, name, scope, prefix, createdBy, expiresAt, lastUsedAt, state }) => ({
      ...{ id, name, scope, prefix, createdBy, state },
      expires: formatExactly(expiresAt, 'UTC'),
      lastUsed: lastUsedAt && formatExactly(lastUsedAt, 'UTC'),
    }),
  )
  return data({ tokens, formKey: randomUUID(), notice }, { headers })
}

const forms = z.discriminatedUnion('form', [
  z.object({
    form: z.literal('create'),
    name: z.string().trim().min(1, 'Give the token a name').max(80, 'A name has at most 80 characters'),
    scope: z.enum(scopes),
    days: z
      .string()
      .trim()
      .regex(/^\d{1,4}$/, 'Days must be a whole number')
      .transform(Number),
  }),
  z.object({ form: z.literal('revoke'), id: z.string() }),
])

/** The token is on this answer alone: we keep its hash, and the answer sealed for a day. */
export async function action({ request, context }: ActionFunctionArgs) {
  const signedIn = await requirePrincipal(context, 'own')
  const { audit } = signedIn
  const form = await readForm(request)
  const read = forms.safeParse(fieldsOf(form))
  if (!read.success) {
    const action = nameOf(form) === 'revoke' ? 'token.revoke' : 'token.create'
    return refuseUnreadable(form, read.error, { audit, action })
  }
  const wanted = read.data
  switch (wanted.form) {
    case 'create': {
      const made = await onceForm(form, signedIn, 'token.create', () => createToken(wanted, audit))
      if (made.ok) return data({ created: { name: wanted.name, token: made.value.token } })
      if (isRepeat(made.code)) return refuseForm(form, repeatTexts[made.code])
      return made.code === 'invalid_name'
        ? refuseForm(form, 'This name cannot be stored', { status: 422, fieldId: 'create-name' })
        : refuseForm(form, `A token lasts 1 to ${maxTokenDays} days`, { status: 422, fieldId: 'create-days' })
    }
    case 'revoke': {
      const revoked = await revokeToken(wanted.id, audit)
      return revoked.ok
        ? doneAt(
            '/admin/settings/tokens',
            'The token is revoked',
            'Calls that carry it are refused from now on.',
          )
        : refuseForm(form, 'This token is gone or revoked already.')
    }
  }
}

export default function Tokens() {
  const { tokens, formKey, notice } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const refused = answer && 'problems' in answer ? answer : undefined
  const created = answer && 'created' in answer ? answer.created : undefined
  return (
    <div className="stack stack--loose">
      <PageHeader title="Settings" />
      <SettingsNav current="tokens" isOwner />
      <DoneNotice notice={notice} />
      {created && (
        <ShownOnce title={`Token ${created.name}`} label="Token" secret={created.token}>
          Send it as <code>Authorization: Bearer</code>.
        </ShownOnce>
      )}
      {refused && <ErrorSummary title="Nothing was changed" problems={refused.problems} />}
      {tokens.length === 0 ? (
        <EmptyState title="No token yet">
          <p>Other systems read stock, or change it, with a token of their own.</p>
        </EmptyState>
      ) : (
        <Records
          label="API tokens"
          rows={tokens}
          keyOf={({ id }) => id}
          columns={[
            { text: 'Name', cell: ({ name }) => name },
            { text: 'Begins with', cell: ({ prefix }) => <code>{prefix}</code> },
            { text: 'May', cell: ({ scope }) => scope },
            {
              text: 'State',
              cell: ({ state }) =>
                state === 'active' ? (
                  <StatusTag meaning="good" icon="good">
                    Active
                  </StatusTag>
                ) : (
                  <StatusTag meaning="plain">{state === 'expired' ? 'Expired' : 'Revoked'}</StatusTag>
                ),
            },
            {
              text: 'Last used',
              cell: ({ lastUsed }) => <span className="figures">{lastUsed ?? 'never'}</span>,
            },
            { text: 'Expires', cell: ({ expires }) => <span className="figures">{expires}</span> },
            { text: 'Made by', cell: ({ createdBy }) => createdBy },
            {
              text: 'Action',
              cell: ({ id, name, state }) =>
                state === 'active' ? (
                  <ConfirmStep name={`Revoke ${name}`} look="danger">
                    <p>Systems that use it are refused at once. It cannot be brought back.</p>
                    <Form method="post">
                      <input type="hidden" name="id" value={id} />
                      <Button look="danger" name="form" value="revoke">
                        Revoke {name}
                      </Button>
                    </Form>
                  </ConfirmStep>
                ) : (
                  '–'
                ),
            },
          ]}
        />
      )}
      <section className="panel" aria-labelledby="create">
        <h2 id="create">New token</h2>
        <Form method="post" className="stack" noValidate key={created?.token}>
          <FormKey value={formKey} />
          <div className="form-grid">
            <TextField
              id="create-name"
              name="name"
              label="Name"
              hint="Who or what uses it"
              maxLength={80}
              defaultValue={refused?.entered.name}
              error={problemAt(refused, 'create-name')}
            />
            <SelectField id="create-scope" name="scope" label="May" defaultValue={refused?.entered.scope}>
              <option value="read">read: see all numbers</option>
              <option value="operate">operate: change stock</option>
              <option value="own">own: reset, too</option>
            </SelectField>
            <TextField
              id="create-days"
              name="days"
              label="Lasts, in days"
              inputMode="numeric"
              defaultValue={refused?.entered.days ?? '365'}
              error={problemAt(refused, 'create-days')}
            />
          </div>
          <div>
            <Button name="form" value="create">
              Make the token
            </Button>
          </div>
        </Form>
      </section>
    </div>
  )
}
