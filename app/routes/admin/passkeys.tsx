import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Form, useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { Button, ButtonLink } from '@/app/components/button'
import { PasskeyRegistration } from '@/app/components/console/passkey-registration'
import { PasswordField } from '@/app/components/console/password-field'
import { RecoveryCodeList } from '@/app/components/console/recovery-code-list'
import { DoneNotice } from '@/app/components/done-notice'
import { ErrorSummary } from '@/app/components/error-summary'
import { Notice } from '@/app/components/notice'
import { PageHeader } from '@/app/components/page-header'
import { formatExactly } from '@/app/format/dates'
import { takeNotice } from '@/app/forms/console-notice'
import { parseJsonField, readForm } from '@/app/forms/read-form'
import { requirePrincipal } from '@/app/web/require-principal'
import {
  changedAt,
  enrolledAnswer,
  ownChange,
  refuseChange,
  refuseUnknownForm,
  refuseWithoutPassword,
  type SecurityProblem,
  signInAgain,
  waitFirst,
} from '@/app/forms/security-answers'
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
  return data({ passkeys: listed, notice }, { headers })
}

const steps = z.enum(['begin', 'add', 'remove'])

/** `begin` asks the browser for a new passkey, `add` takes its answer, `remove` takes one away. */
export async function action({ request, context }: ActionFunctionArgs) {
  const signedIn = await requirePrincipal(context, 'see')
  const { accountId, email } = signedIn.principal
  const form = await readForm(request)
  const step = steps.safeParse(form.get('step'))
  if (!step.success) return refuseUnknownForm()
  const own = ownChange(signedIn, context)
  if (step.data === 'add') {
    const passkey = {
      ...own,
      name: (form.get('name') ?? '').slice(0, 80),
      challengeId: form.get('challengeId') ?? '',
      response: parseJsonField(form, 'response'),
    }
    const result = await addPasskey(passkey, signedIn.audit)
    if (!result.ok) {
      switch (result.code) {
        case 'too_many_attempts':
          return waitFirst(result)
        case 'session_ended':
          return signInAgain()
        case 'not_accepted':
        case 'unknown_account':
          return refuseChange('This passkey was not accepted. Begin anew.')
      }
    }
    return enrolledAnswer(result.value)
  }
  const refused = await refuseWithoutPassword(signedIn, form)
  if (refused) return refused
  if (step.data === 'remove') {
    const factor = { kind: 'passkey', id: form.get('id') ?? '' } as const
    const result = await removeSecondFactor({ ...own, factor }, signedIn.audit)
    if (!result.ok)
      return result.code === 'session_ended'
        ? signInAgain()
        : refuseChange('This passkey was removed already.')
    return changedAt('/admin/security/passkeys', result.value, 'The passkey is removed')
  }
  const { challengeId, options } = await passkeyRegistrationOptions({ accountId, email })
  return { begun: { challengeId, optionsJson: JSON.stringify(options) } }
}

export default function Passkeys() {
  const { passkeys, notice } = useLoaderData<typeof loader>()
  const result = useActionData<typeof action>()
  const begun = result && 'begun' in result ? result.begun : undefined
  const refused = result && 'problem' in result ? result : undefined
  const codes = result && 'recoveryCodes' in result ? result.recoveryCodes : undefined
  return (
    <div className="narrow stack stack--loose">
      <PageHeader
        title="Passkeys"
        lead="A key on your phone, computer or stick, in place of password and code."
      />
      <DoneNotice notice={notice} />
      {refused && (
        <ErrorSummary
          title="Nothing was changed"
          problems={[{ message: refused.problem, fieldId: refused.fieldId }]}
          answer={refused}
        />
      )}
      {codes && <Notice meaning="good" title="The passkey is in use. Your other sessions have ended." />}
      {codes && codes.length > 0 && <RecoveryCodeList codes={codes} />}
      {begun && <PasskeyRegistration begun={begun} />}
      {passkeys.map(({ id, name, since }) => (
        <Form key={id} method="post" noValidate className="panel">
          <h2>{name}</h2>
          <p className="small muted">Since {since}</p>
          <input type="hidden" name="step" value="remove" />
          <input type="hidden" name="id" value={id} />
          <PasswordField id={`remove-${id}-password`} refused={refused} />
          <div className="row">
            <Button look="danger">Remove {name}</Button>
          </div>
        </Form>
      ))}
      {!begun && <AddPasskey refused={refused} />}
      <div className="row">
        <ButtonLink to="/admin/security" look="quiet">
          Back to your account
        </ButtonLink>
      </div>
    </div>
  )
}

function AddPasskey({ refused }: { refused: SecurityProblem | undefined }) {
  return (
    <Form method="post" noValidate className="panel">
      <h2>Add a passkey</h2>
      <noscript>
        <p>A passkey needs scripts to be switched on. An authenticator app does not.</p>
      </noscript>
      <input type="hidden" name="step" value="begin" />
      <PasswordField id="begin-password" refused={refused} />
      <div className="row">
        <Button>Continue</Button>
      </div>
    </Form>
  )
}
