import { randomUUID } from 'node:crypto'
import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node'
import { Form, useActionData, useLoaderData, useNavigation } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { FormKey } from '@/app/components/console/form-key'
import { ErrorSummary } from '@/app/components/error-summary'
import { TextField } from '@/app/components/field'
import { PageHeader } from '@/app/components/page-header'
import { PasskeyButton } from '@/app/components/passkey-button'
import { problemAt } from '@/app/components/problem-at'
import { keptCookie } from '@/app/forms/kept-session'
import { repeatTexts } from '@/app/forms/once-form'
import { parseJsonField, readForm } from '@/app/forms/read-form'
import { safeNext, withNext } from '@/app/web/require-principal'
import { completeSignInOnce } from '@/app/forms/second-step'
import { refuseSignIn, tooMany } from '@/app/forms/sign-in-answers'
import { type SecondFactor, secondFactorsOf } from '@/lib/accounts'

export const meta: MetaFunction = () => [
  { title: 'Second step – 6FB Methodologies' },
  { name: 'robots', content: 'noindex' },
]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const next = safeNext(new URL(request.url).searchParams.get('next'))
  const session = await context.authentication.session()
  if (session?.stage === 'full') return redirect(next)
  if (!session) return redirect(withNext('/sign-in', next))
  const { totp, passkeys } = await secondFactorsOf(session.accountId)
  return { next, hasApp: totp === 'confirmed', hasPasskey: passkeys.length > 0, formKey: randomUUID() }
}

export async function action({ request, context }: ActionFunctionArgs) {
  const form = await readForm(request)
  const wait = await context.count('sign-in')
  if (wait !== null) return tooMany(wait)
  const next = safeNext(form.get('next'))
  const factor = factorIn(form)
  if (factor.kind !== 'passkey' && factor.code.trim() === '')
    return refuseSignIn([{ fieldId: 'code', message: 'Enter a code.' }])
  const result = await completeSignInOnce(form, factor, context)
  if (result.ok) {
    return redirect(next, { status: 303, headers: { 'Set-Cookie': keptCookie(result.value.session) } })
  }
  switch (result.code) {
    case 'session_ended':
      return redirect(withNext('/sign-in', next), 303)
    case 'too_many_attempts':
      return tooMany(result.retryAfterSeconds)
    case 'wrong_code':
      return refuseSignIn([
        factor.kind === 'passkey'
          ? { message: 'This passkey was not accepted.' }
          : { fieldId: 'code', message: notAccepted },
      ])
    case 'in_progress':
    case 'key_reused':
      return refuseSignIn([{ message: repeatTexts[result.code] }])
  }
}

const notAccepted = 'This was not accepted. A code works once, and only for half a minute.'

export default function SecondFactorPage() {
  const { next, hasApp, hasPasskey, formKey } = useLoaderData<typeof loader>()
  const refused = useActionData<typeof action>()
  const isSending = useNavigation().state !== 'idle'
  return (
    <div className="narrow stack stack--loose">
      <PageHeader
        title="Second step"
        lead={hasApp ? 'Enter the code that your app shows now.' : 'Use your passkey.'}
      />
      <Form method="post" noValidate className="stack">
        {refused && (
          <ErrorSummary title="You are not signed in" problems={refused.problems} answer={refused} />
        )}
        <FormKey value={formKey} />
        <input type="hidden" name="next" value={next} />
        <TextField
          id="code"
          name="code"
          label={hasApp ? 'Code' : 'Recovery code'}
          hint={hasApp ? 'Six digits. A recovery code works too.' : 'If your passkey is not at hand.'}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={40}
          error={problemAt(refused, 'code')}
        />
        <div className="row">
          <Button isBusy={isSending}>Continue</Button>
          {hasPasskey && <PasskeyButton next={next}>Use a passkey</PasskeyButton>}
        </div>
      </Form>
      <Form method="post" action="/sign-out" reloadDocument>
        <Button look="quiet">Sign in as somebody else</Button>
      </Form>
      <p className="small muted">Lost everything? Another owner can reset your second factor.</p>
    </div>
  )
}

function factorIn(form: URLSearchParams): SecondFactor {
  const challengeId = form.get('challengeId')
  if (challengeId) return { kind: 'passkey', challengeId, response: parseJsonField(form, 'response') }
  const code = (form.get('code') ?? '').slice(0, 64)
  return /^\s*(\d\s*){6}$/.test(code) ? { kind: 'totp', code } : { kind: 'recovery_code', code }
}
