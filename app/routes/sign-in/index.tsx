import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node'
import { Form, useActionData, useLoaderData, useNavigation } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { ErrorSummary, type FormProblem } from '@/app/components/error-summary'
import { TextField } from '@/app/components/field'
import { Notice } from '@/app/components/notice'
import { PageHeader } from '@/app/components/page-header'
import { PasskeyButton } from '@/app/components/passkey-button'
import { problemAt } from '@/app/components/problem-at'
import { parseJsonField, readForm } from '@/app/forms/read-form'
import { clientOf } from '@/app/web/request-context'
import { ends, safeNext, withNext } from '@/app/web/require-principal'
import { sessionCookie } from '@/app/web/session-cookie'
import { refuseSignIn, tooMany } from '@/app/forms/sign-in-answers'
import { signIn, signInWithPasskey } from '@/lib/accounts'

export const meta: MetaFunction = () => [
  { title: 'Sign in – 6FB Methodologies' },
  { name: 'robots', content: 'noindex' },
]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const query = new URL(request.url).searchParams
  const next = safeNext(query.get('next'))
  const session = await context.authentication.session()
  if (session?.stage === 'full') return redirect(next)
  if (session) return redirect(withNext('/sign-in/second-factor', next))
  return { next, ended: ends.find((one) => one === query.get('ended')) }
}

/**
 * An unknown email and a wrong password get the same answer, after the same time. What is missing is named before anybody
 * looks whose email it is.
 */
export async function action({ request, context }: ActionFunctionArgs) {
  const form = await readForm(request)
  const wait = await context.count('sign-in')
  if (wait !== null) return tooMany(wait, form.get('email'))
  const next = safeNext(form.get('next'))
  const common = {
    client: clientOf(context),
    requestId: context.requestId,
    previousToken: context.authentication.sessionToken,
  }
  const challengeId = form.get('challengeId')
  const missing = challengeId ? [] : missingIn(form)
  if (missing.length > 0) return refuseSignIn(missing, form.get('email'))
  const result = challengeId
    ? await signInWithPasskey({
        ...common,
        answer: { challengeId, response: parseJsonField(form, 'response') },
      })
    : await signIn({ ...common, email: form.get('email') ?? '', password: form.get('password') ?? '' })
  if (!result.ok) {
    if (result.code === 'too_many_attempts') return tooMany(result.retryAfterSeconds, form.get('email'))
    // Not of a field: which one is wrong is nobody's business.
    const message = challengeId ? 'This passkey was not accepted.' : 'Email or password is wrong.'
    return refuseSignIn([{ message }], form.get('email'))
  }
  const target = result.session.stage === 'full' ? next : withNext('/sign-in/second-factor', next)
  return redirect(target, { status: 303, headers: { 'Set-Cookie': sessionCookie(result.session) } })
}

const mustHave = [
  { fieldId: 'email', message: 'Enter your email.' },
  { fieldId: 'password', message: 'Enter your password.' },
]

function missingIn(form: URLSearchParams): FormProblem[] {
  return mustHave.filter(({ fieldId }) => (form.get(fieldId) ?? '').trim() === '')
}

const endTexts = {
  before: 'Nothing was changed. Sign in to go on.',
  just: 'What you sent may have been done just before that. Sign in, and look before you send it again.',
}

export default function SignIn() {
  const { next, ended } = useLoaderData<typeof loader>()
  const refused = useActionData<typeof action>()
  const isSending = useNavigation().state !== 'idle'
  return (
    <div className="narrow stack stack--loose">
      <PageHeader title="Sign in" lead="For the people who run the tour." />
      {ended && !refused && (
        <Notice meaning="warn" title="Your session has ended">
          <p>{endTexts[ended]}</p>
        </Notice>
      )}
      <Form method="post" noValidate className="stack">
        {refused && (
          <ErrorSummary title="You are not signed in" problems={refused.problems} answer={refused} />
        )}
        <input type="hidden" name="next" value={next} />
        <TextField
          id="email"
          name="email"
          label="Email"
          type="email"
          autoComplete="username"
          defaultValue={refused?.email ?? ''}
          error={problemAt(refused, 'email')}
        />
        <TextField
          id="password"
          name="password"
          label="Password"
          type="password"
          autoComplete="current-password"
          error={problemAt(refused, 'password')}
        />
        <div className="row">
          <Button isBusy={isSending}>Sign in</Button>
          <PasskeyButton next={next}>Use a passkey</PasskeyButton>
        </div>
      </Form>
    </div>
  )
}
