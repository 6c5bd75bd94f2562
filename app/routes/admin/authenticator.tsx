import { randomUUID } from 'node:crypto'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { Form, useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { Button } from '@/app/components/button'
import { BackToAccount } from '@/app/components/console/back-to-account'
import { OwnFormKey } from '@/app/components/console/own-form-key'
import { OwnRefusal } from '@/app/components/console/own-refusal'
import { PasswordField } from '@/app/components/console/password-field'
import { QrCode } from '@/app/components/console/qr-code'
import { RecoveryCodeList } from '@/app/components/console/recovery-code-list'
import { TypedKey } from '@/app/components/console/typed-key'
import { TextField } from '@/app/components/field'
import { Notice } from '@/app/components/notice'
import { PageHeader } from '@/app/components/page-header'
import { useIsSending } from '@/app/live/use-is-sending'
import { qrPath } from '@/app/presenters/qr-path'
import { kept } from '@/app/forms/kept-session'
import { onceOwn, type OwnForm, ownSender } from '@/app/forms/own-form'
import { readForm } from '@/app/forms/read-form'
import { requirePrincipal } from '@/app/web/require-principal'
import {
  changedAt,
  enrolledAnswer,
  enrolledDone,
  ownChange,
  refuseOwn,
  refuseUnknownForm,
  type SecurityProblem,
} from '@/app/forms/security-answers'
import { withPassword } from '@/app/forms/with-password'
import { confirmTotp, removeSecondFactor, secondFactorsOf, startTotp } from '@/lib/accounts'

export const meta: MetaFunction = () => [{ title: 'Authenticator app – Console' }]

export async function loader({ context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  return { state: (await secondFactorsOf(principal.accountId)).totp, formKey: randomUUID() }
}

const steps = z.enum(['start', 'confirm', 'remove'])

/** Three steps: `start` shows the secret, `confirm` turns the app on with a first code, `remove` turns it off. */
export async function action({ request, context }: ActionFunctionArgs) {
  const form = await readForm(request)
  const sender = await ownSender(context)
  const step = steps.safeParse(form.get('step'))
  if (!step.success) return refuseUnknownForm()
  const sent = { context, form, sender }
  switch (step.data) {
    case 'start':
      return start(sent)
    case 'confirm':
      return confirm(sent)
    case 'remove':
      return remove(sent)
  }
}

async function start(sent: OwnForm) {
  const { context, form } = sent
  const work = withPassword(form, (signedIn) => startTotp(ownChange(signedIn, context), signedIn.audit))
  const result = await onceOwn(sent, 'second_factor.begin', work)
  if (result.ok) return { qr: qrPath(result.value.uri), secret: result.value.secret }
  return refuseOwn(form, result, { already_enrolled: alreadyEnrolled })
}

async function confirm(sent: OwnForm) {
  const { context, form } = sent
  const code = (form.get('code') ?? '').slice(0, 64)
  const result = await onceOwn(sent, 'second_factor.add', async (signedIn) => {
    const added = await confirmTotp({ ...ownChange(signedIn, context), code }, signedIn.audit)
    return added.ok ? { ok: true as const, value: enrolledDone(added.value) } : added
  })
  if (result.ok) return enrolledAnswer(result.value)
  return refuseOwn(form, result, {
    wrong_code: {
      problem: 'This code was not accepted. Enter the one that the app shows now.',
      fieldId: 'code',
    },
    already_enrolled: alreadyEnrolled,
    not_started: { problem: 'Begin with the QR code.' },
  })
}

async function remove(sent: OwnForm) {
  const { context, form } = sent
  const work = withPassword(form, async (signedIn) => {
    const change = { ...ownChange(signedIn, context), factor: { kind: 'totp' } as const }
    const removed = await removeSecondFactor(change, signedIn.audit)
    return removed.ok ? { ok: true as const, value: { session: kept(removed.value) } } : removed
  })
  const result = await onceOwn(sent, 'second_factor.remove', work)
  if (result.ok) return changedAt('/admin/security', result.value.session, 'The app is removed')
  return refuseOwn(form, result, { unknown_factor: { problem: 'The app was removed already.' } })
}

const alreadyEnrolled = { problem: 'An app is in use already. Remove it first.' }

export default function Authenticator() {
  const { state, formKey } = useLoaderData<typeof loader>()
  const result = useActionData<typeof action>()
  const started = result && 'qr' in result ? result : undefined
  const refused = result && 'problem' in result ? result : undefined
  const codes = result && 'recoveryCodes' in result ? result.recoveryCodes : undefined
  return (
    <div className="narrow stack stack--loose">
      <PageHeader title="Authenticator app" lead="A code from your phone as the second step of signing in." />
      <OwnRefusal refused={refused} />
      {codes && <Notice meaning="good" title="The app is in use. Your other sessions have ended." />}
      {codes && codes.length > 0 && <RecoveryCodeList codes={codes} />}
      {started && (
        <section className="panel" aria-labelledby="scan">
          <h2 id="scan">Scan this with the app</h2>
          <QrCode code={started.qr} label="QR code for the authenticator app" />
          <p>
            Or type the key: <TypedKey secret={started.secret} />
          </p>
        </section>
      )}
      {state === 'begun' && <ConfirmForm formKey={formKey} refused={refused} />}
      {state === 'confirmed' && !codes && (
        <PasswordForm step="remove" text="Remove the app" formKey={formKey} refused={refused} />
      )}
      {state !== 'confirmed' && !started && (
        <PasswordForm
          step="start"
          text={state === 'begun' ? 'Begin anew' : 'Show the QR code'}
          formKey={formKey}
          refused={refused}
        />
      )}
      <BackToAccount />
    </div>
  )
}

interface OwnFormProps {
  formKey: string
  refused: SecurityProblem | undefined
}

function ConfirmForm({ formKey, refused }: OwnFormProps) {
  const isSending = useIsSending('confirm')
  return (
    <Form method="post" noValidate className="panel">
      <OwnFormKey formKey={formKey} name="confirm" refused={refused} />
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
        <Button isBusy={isSending}>Use this app</Button>
      </div>
    </Form>
  )
}

function PasswordForm(props: { step: 'start' | 'remove'; text: string } & OwnFormProps) {
  const { step, text, formKey, refused } = props
  const isSending = useIsSending(step)
  return (
    <Form method="post" noValidate className="panel">
      <OwnFormKey formKey={formKey} name={step} refused={refused} />
      <input type="hidden" name="step" value={step} />
      <PasswordField id={`${step}-password`} refused={refused} />
      <div className="row">
        <Button look={step === 'remove' ? 'danger' : 'primary'} isBusy={isSending}>
          {text}
        </Button>
      </div>
    </Form>
  )
}
