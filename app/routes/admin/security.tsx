import { randomUUID } from 'node:crypto'
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { Button } from '@/app/components/button'
import { FormKey } from '@/app/components/console/form-key'
import { OwnRefusal } from '@/app/components/console/own-refusal'
import { SessionList } from '@/app/components/console/session-list'
import { DoneNotice } from '@/app/components/done-notice'
import { PageHeader } from '@/app/components/page-header'
import { presentSecurity } from '@/app/presenters/security-page'
import { doneAt, takeNotice } from '@/app/forms/console-notice'
import { endSessionOnce } from '@/app/forms/end-session-once'
import { isRepeat, onceForm, type RepeatRefusal, repeatTexts, repeatTitles } from '@/app/forms/once-form'
import { fieldsOf } from '@/app/forms/form-refusal'
import { readForm } from '@/app/forms/read-form'
import { requirePrincipal } from '@/app/web/require-principal'
import { refuseChange, refuseUnknownForm, type SecurityProblem } from '@/app/forms/security-answers'
import { revokeSessions } from '@/lib/accounts'

export const meta: MetaFunction = () => [{ title: 'Your account – Console' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const page = await presentSecurity(await requirePrincipal(context, 'see'))
  const { notice, headers } = await takeNotice(request)
  return data({ ...page, formKey: randomUUID(), notice }, { headers })
}

const forms = z.discriminatedUnion('form', [
  z.object({ form: z.literal('session'), sessionId: z.string() }),
  z.object({ form: z.literal('others') }),
])

/** Ends one of the account's other sessions, or all of them. */
export async function action({ request, context }: ActionFunctionArgs) {
  const form = await readForm(request)
  const signedIn = await requirePrincipal(context, 'see')
  const { principal, session, audit } = signedIn
  const { accountId } = principal
  const parsed = forms.safeParse(fieldsOf(form))
  if (!parsed.success) return refuseUnknownForm()
  if (parsed.data.form === 'others') {
    const ended = await onceForm<number, never>(form, signedIn, 'session.revoke_all', async () => ({
      ok: true,
      value: await revokeSessions({ accountId, except: session.sessionId }, audit),
    }))
    return ended.ok
      ? doneAt('/admin/security', 'Your other sessions have ended')
      : refuseSecondPress(ended.code)
  }
  const ended = await endSessionOnce(form, signedIn, { accountId, sessionId: parsed.data.sessionId })
  if (ended.ok) return doneAt('/admin/security', 'The session has ended')
  return isRepeat(ended.code)
    ? refuseSecondPress(ended.code)
    : refuseChange('This session has ended already.', 404)
}

function refuseSecondPress(code: RepeatRefusal) {
  return data<SecurityProblem>({ title: repeatTitles[code], problem: repeatTexts[code] }, { status: 409 })
}

export default function Security() {
  const { email, factors, sessions, formKey, notice } = useLoaderData<typeof loader>()
  const refused = useActionData<typeof action>()
  return (
    <div className="stack stack--loose">
      <PageHeader title="Your account" lead={email} />
      <DoneNotice notice={notice} />
      <OwnRefusal refused={refused} />
      <section className="panel" aria-labelledby="signing-in">
        <h2 id="signing-in">Signing in</h2>
        <ul>
          {factors.map(({ to, name, state }) => (
            <li key={to} className="panel__row">
              <span>
                <Link to={to}>{name}</Link>
              </span>
              <span className="muted">{state}</span>
            </li>
          ))}
        </ul>
      </section>
      <section className="panel" aria-labelledby="sessions">
        <h2 id="sessions">Where you are signed in</h2>
        <SessionList sessions={sessions} formKey={formKey} />
        {sessions.length > 1 && (
          <Form method="post">
            <FormKey value={`${formKey} others`} />
            <Button look="danger" name="form" value="others">
              End all other sessions
            </Button>
          </Form>
        )}
      </section>
    </div>
  )
}
