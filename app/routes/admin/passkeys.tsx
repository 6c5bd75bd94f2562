import { randomUUID } from 'node:crypto'
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Form, useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { Button } from '@/app/components/button'
import { BackToAccount } from '@/app/components/console/back-to-account'
import { OwnFormKey } from '@/app/components/console/own-form-key'
import { OwnRefusal } from '@/app/components/console/own-refusal'
import { PasskeyRegistration } from '@/app/components/console/passkey-registration'
import { PasswordField } from '@/app/components/console/password-field'
import { RecoveryCodeList } from '@/app/components/console/recovery-code-list'
import { DoneNotice } from '@/app/components/done-notice'
import { Notice } from '@/app/components/notice'
import { PageHeader } from '@/app/components/page-header'
import { formatExactly } from '@/app/format/dates'
import { useIsSending } from '@/app/live/use-is-sending'
import { takeNotice } from '@/app/forms/console-notice'
import { kept } from '@/app/forms/kept-session'
import { onceOwn, type OwnForm, ownSender } from '@/app/forms/own-form'
import { parseJsonField, readForm } from '@/app/forms/read-form'
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
import { addPasskey, passkeyRegistrationOptions, removeSecondFactor, secondFactorsOf } from '@/lib/accounts'

export const meta: MetaFunction = () => [{ title: 'Passkeys – Console' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  const { passkeys } = await secondFactorsOf(principal.accountId)
  const { notice, headers } = await takeNotice(request)
  const listed = passkeys.map(({ id, name, createdAt }) => ({
    id,
    name,
    since: formatExactly(createdAt, 'UTC'),
  }))
  return data({ passkeys: listed, formKey: randomUUID(), notice }, { headers })
}

const steps = z.enum(['begin', 'add', 'remove'])

/** `begin` asks the browser for a new passkey, `add` takes its answer, `remove` takes one away. */
export async function action({ request, context }: ActionFunctionArgs) {
  const form = await readForm(request)
  const sender = await ownSender(context)
  const step = steps.safeParse(form.get('step'))
  if (!step.success) return refuseUnknownForm()
  const sent = { context, form, sender }
  switch (step.data) {
    case 'begin':
      return begin(sent)
    case 'add':
      return add(sent)
    case 'remove':
      return remove(sent)
  }
}

async function begin(sent: OwnForm) {
  const work = withPassword(sent.form, async ({ principal: { accountId, email } }) => {
    const { challengeId, options } = await passkeyRegistrationOptions({ accountId, email })
    return { ok: true as const, value: { challengeId, optionsJson: JSON.stringify(options) } }
  })
  const result = await onceOwn(sent, 'second_factor.begin_passkey', work)
  return result.ok ? { begun: result.value } : refuseOwn(sent.form, result, {})
}

async function add(sent: OwnForm) {
  const { context, form } = sent
  const passkey = {
    name: (form.get('name') ?? '').slice(0, 80),
    challengeId: form.get('challengeId') ?? '',
    response: parseJsonField(form, 'response'),
  }
  const result = await onceOwn(sent, 'second_factor.add', async (signedIn) => {
    const added = await addPasskey({ ...ownChange(signedIn, context), ...passkey }, signedIn.audit)
    return added.ok ? { ok: true as const, value: enrolledDone(added.value) } : added
  })
  if (result.ok) return enrolledAnswer(result.value)
  const notAccepted = { problem: 'This passkey was not accepted. Begin anew.' }
  return refuseOwn(form, result, { not_accepted: notAccepted })
}

async function remove(sent: OwnForm) {
  const { context, form } = sent
  const factor = { kind: 'passkey', id: form.get('id') ?? '' } as const
  const work = withPassword(form, async (signedIn) => {
    const removed = await removeSecondFactor({ ...ownChange(signedIn, context), factor }, signedIn.audit)
    return removed.ok ? { ok: true as const, value: { session: kept(removed.value) } } : removed
  })
  const result = await onceOwn(sent, 'second_factor.remove', work)
  if (result.ok) return changedAt('/admin/security/passkeys', result.value.session, 'The passkey is removed')
  return refuseOwn(form, result, { unknown_factor: { problem: 'This passkey was removed already.' } })
}

export default function Passkeys() {
  const { passkeys, formKey, notice } = useLoaderData<typeof loader>()
  const result = useActionData<typeof action>()
  const begun = result && 'begun' in result ? result.begun : undefined
  const refused = result && 'problem' in result ? result : undefined
  const codes = result && 'recoveryCodes' in result ? result.recoveryCodes : undefined
  const isRemoving = useIsSending('remove')
  return (
    <div className="narrow stack stack--loose">
      <PageHeader
        title="Passkeys"
        lead="A key on your phone, computer or stick, in place of password and code."
      />
      <DoneNotice notice={notice} />
      <OwnRefusal refused={refused} />
      {codes && <Notice meaning="good" title="The passkey is in use. Your other sessions have ended." />}
      {codes && codes.length > 0 && <RecoveryCodeList codes={codes} />}
      {begun && <PasskeyRegistration begun={begun} />}
      {passkeys.map(({ id, name, since }) => (
        <Form key={id} method="post" noValidate className="panel">
          <OwnFormKey formKey={formKey} name={`remove-${id}`} refused={refused} />
          <h2>{name}</h2>
          <p className="small muted">Since {since}</p>
          <input type="hidden" name="step" value="remove" />
          <input type="hidden" name="id" value={id} />
          <PasswordField id={`remove-${id}-password`} refused={refused} />
          <div className="row">
            <Button look="danger" isBusy={isRemoving}>
              Remove {name}
            </Button>
          </div>
        </Form>
      ))}
      {!begun && <AddPasskey formKey={formKey} refused={refused} />}
      <BackToAccount />
    </div>
  )
}

function AddPasskey({ formKey, refused }: { formKey: string; refused: SecurityProblem | undefined }) {
  const isSending = useIsSending('begin')
  return (
    <Form method="post" noValidate className="panel">
      <OwnFormKey formKey={formKey} name="begin" refused={refused} />
      <h2>Add a passkey</h2>
      <noscript>
        <p>A passkey needs scripts to be switched on. An authenticator app does not.</p>
      </noscript>
      <input type="hidden" name="step" value="begin" />
      <PasswordField id="begin-password" refused={refused} />
      <div className="row">
        <Button isBusy={isSending}>Continue</Button>
      </div>
    </Form>
  )
}
