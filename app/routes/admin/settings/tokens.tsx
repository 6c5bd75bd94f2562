import { randomUUID } from 'node:crypto'
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Link, useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { DoneNotice } from '@/app/components/done-notice'
import { NewTokenForm } from '@/app/components/console/new-token-form'
import { Refusal } from '@/app/components/console/refusal'
import { SettingsNav } from '@/app/components/console/settings-nav'
import { ShownOnce } from '@/app/components/console/shown-once'
import { TokenRecords } from '@/app/components/console/token-records'
import { EmptyState } from '@/app/components/empty-state'
import { PageHeader } from '@/app/components/page-header'
import { presentTokens } from '@/app/presenters/console/tokens'
import { doneAt, takeNotice } from '@/app/forms/console-notice'
import { fieldsOf, nameOf, refuseForm, refuseUnreadable } from '@/app/forms/form-refusal'
import { readForm } from '@/app/forms/read-form'
import { isRepeat, onceForm, refuseRepeat } from '@/app/forms/once-form'
import { isPasswordRefusal, refusePassword, withPassword } from '@/app/forms/with-password'
import { notAllowed } from '@/app/web/not-allowed'
import { requirePrincipal } from '@/app/web/require-principal'
import { scopes } from '@/lib/accounts/principal'
import { createToken, maxTokenDays, revokeToken } from '@/lib/accounts/tokens'

export const meta: MetaFunction = () => [{ title: 'API tokens – Console' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requirePrincipal(context, 'own')
  const { notice, headers } = await takeNotice(request)
  return data({ tokens: await presentTokens(), formKey: randomUUID(), notice }, { headers })
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
  const form = await readForm(request)
  const signedIn = await requirePrincipal(context, 'own')
  const { audit } = signedIn
  const read = forms.safeParse(fieldsOf(form))
  if (!read.success) {
    const action = nameOf(form) === 'revoke' ? 'token.revoke' : 'token.create'
    return refuseUnreadable(form, read.error, { audit, action })
  }
  const wanted = read.data
  switch (wanted.form) {
    case 'create': {
      const create = withPassword(form, () => createToken(wanted, audit))
      const made = await onceForm(form, signedIn, 'token.create', () => create(signedIn))
      if (made.ok) return data({ created: { name: wanted.name, token: made.value.token } })
      if (isPasswordRefusal(made)) return refusePassword(form, made, '/admin/settings/tokens')
      if (isRepeat(made.code)) return refuseRepeat(form, made.code)
      if (made.code === 'not_owner') throw notAllowed()
      return made.code === 'invalid_name'
        ? refuseForm(form, 'This name cannot be stored', { status: 422, fieldId: 'create-name' })
        : refuseForm(form, `A token lasts 1 to ${maxTokenDays} days`, { status: 422, fieldId: 'create-days' })
    }
    case 'revoke': {
      const revoked = await onceForm(form, signedIn, 'token.revoke', () => revokeToken(wanted.id, audit))
      if (revoked.ok)
        return doneAt(
          '/admin/settings/tokens',
          'The token is revoked',
          'Calls that carry it are refused from now on.',
        )
      return isRepeat(revoked.code)
        ? refuseRepeat(form, revoked.code)
        : refuseForm(form, 'This token is gone or revoked already.')
    }
  }
}

export { revalidateAlways as shouldRevalidate } from '@/app/live/revalidate-always'

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
          Send it as <code>Authorization: Bearer</code>. <ApiLink />
        </ShownOnce>
      )}
      <Refusal refused={refused} />
      {tokens.length === 0 ? (
        <EmptyState title="No token yet">
          <p>
            Other systems read stock, or change it, with a token of their own. <ApiLink />
          </p>
        </EmptyState>
      ) : (
        <TokenRecords tokens={tokens} formKey={formKey} />
      )}
      <section className="panel" aria-labelledby="create">
        <h2 id="create">New token</h2>
        <NewTokenForm key={created?.token} formKey={formKey} refused={refused} />
      </section>
    </div>
  )
}

function ApiLink() {
  return (
    <Link to="/api/docs" reloadDocument>
      See what it can call
    </Link>
  )
}
