import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { Form, useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { Button, ButtonLink } from '@/app/components/button'
import { PasswordField } from '@/app/components/console/password-field'
import { QrCode } from '@/app/components/console/qr-code'
import { RecoveryCodeList } from '@/app/components/console/recovery-code-list'
import { ErrorSummary } from '@/app/components/error-summary'
import { TextField } from '@/app/components/field'
import { Notice } from '@/app/components/notice'
import { PageHeader } from '@/app/components/page-header'
import { qrPath } from '@/app/presenters/qr-path'
import { readForm } from '@/app/forms/read-form'
import { requirePrincipal } from '@/app/web/require-principal'
import {
  changedAt,
  enrolledAnswer,
  ownChange,
  refuseChange,
  refuseField,
  refuseUnknownForm,
  refuseWithoutPassword,
  type SecurityProblem,
  signInAgain,
  waitFirst,
} from '@/app/forms/security-answers'
import { confirmTotp, removeSecondFactor, secondFactorsOf, startTotp } from '@/lib/accounts'

export const meta: MetaFunction = () => [{ title: 'Authenticator app – Console' }]

export async function loader({ context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  return { state: (await secondFactorsOf(principal.accountId)).totp }
}

const steps = z.enum(['start', 'confirm', 'remove'])

/** Three steps: `start` shows the secret, `confirm` turns the app on with a first code, `remove` turns it off. */
export async function action({ request, context }: ActionFunctionArgs) {
  const signedIn = await requirePrincipal(context, 'see')
  const form = await readForm(request)
  const step = steps.safeParse(form.get('step'))
  if (!step.success) return refuseUnknownForm()
  const own = ownChange(signedIn, context)
  if (step.data === 'confirm') {
    const code = (form.get('code') ?? '').slice(0, 64)
    const result = await confirmTotp({ ...own, code }, signedIn.audit)
    if (!result.ok) {
      switch (result.code) {
        case 'too_many_attempts':
          return waitFirst(result)
        case 'session_ended':
          return signInAgain()
        case 'wrong_code':
          return refuseField('code', problems.wrong_code)
        case 'already_enrolled':
        case 'not_started':
        case 'unknown_account':
          return refuseChange(problems[result.code])
      }
    }
    return enrolledAnswer(result.value)
  }
  const refused = await refuseWithoutPassword(signedIn, form)
  if (refused) return refused
  if (step.data === 'remove') {
    const result = await removeSecondFactor({ ...own, factor: { kind: 'totp' } }, signedIn.audit)
    if (!result.ok)
      return result.code === 'session_ended' ? signInAgain() : refuseChange('The app was removed already.')
    return changedAt('/admin/security', result.value, 'The app is removed')
  }
  const result = await startTotp(own, signedIn.audit)
  if (!result.ok) return result.code === 'session_ended' ? signInAgain() : refuseChange(problems[result.code])
  const { uri, secret } = result.value
  return { qr: qrPath(uri), secret }
}

const problems = {
  wrong_code: 'This code was not accepted. Enter the one that the app shows now.',
  already_enrolled: 'An app is in use already. Remove it first.',
  not_started: 'Begin with the QR code.',
  unknown_account: 'This account no longer exists.',
}

export default function Authenticator() {
  const { state } = useLoaderData<typeof loader>()
  const result = useActionData<typeof action>()
  const started = result && 'qr' in result ? result : undefined
  const refused = result && 'problem' in result ? result : undefined
  const codes = result && 'recoveryCodes' in result ? result.recoveryCodes : undefined
  return (
    <div className="narrow stack stack--loose">
      <PageHeader title="Authenticator app" lead="A code from your phone as the second step of signing in." />
      {refused && (
        <ErrorSummary
          title="Nothing was changed"
          problems={[{ message: refused.problem, fieldId: refused.fieldId }]}
          answer={refused}
        />
      )}
      {codes && <Notice meaning="good" title="The app is in use. Your other sessions have ended." />}
      {codes && codes.length > 0 && <RecoveryCodeList codes={codes} />}
      {started && (
        <section className="panel" aria-labelledby="scan">
          <h2 id="scan">Scan this with the app</h2>
          <QrCode code={started.qr} label="QR code for the authenticator app" />
          <p>
            Or type the key: <code>{started.secret}</code>
          </p>
        </section>
      )}
      {state === 'begun' && <ConfirmForm refused={refused} />}
      {state === 'confirmed' && !codes && (
        <PasswordForm step="remove" text="Remove the app" refused={refused} />
      )}
      {state !== 'confirmed' && !started && (
        <PasswordForm
          step="start"
          text={state === 'begun' ? 'Begin anew' : 'Show the QR code'}
          refused={refused}
        />
      )}
      <div className="row">
        <ButtonLink to="/admin/security" look="quiet">
          Back to your account
        </ButtonLink>
      </div>
    </div>
  )
}

interface Refusable {
  refused: SecurityProblem | undefined
}

function ConfirmForm({ refused }: Refusable) {
  return (
    <Form method="post" noValidate className="panel">
      <input type="hidden" name="step" value="confirm" />
      <TextField
        id="code"
        name="code"
        label="Code that the app shows now"
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={12}
        error={refused?.fieldId === 'code' ? refused.problem : undefined}
      />
      <div className="row">
        <Button>Use this app</Button>
      </div>
    </Form>
  )
}

function PasswordForm({ step, text, refused }: { step: 'start' | 'remove'; text: string } & Refusable) {
  return (
    <Form method="post" noValidate className="panel">
      <input type="hidden" name="step" value={step} />
      <PasswordField id={`${step}-password`} refused={refused} />
      <div className="row">
        <Button look={step === 'remove' ? 'danger' : 'primary'}>{text}</Button>
      </div>
    </Form>
  )
}
