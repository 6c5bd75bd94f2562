import { randomUUID } from 'node:crypto'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { Form, useActionData, useLoaderData } from '@remix-run/react'
import { Button, ButtonLink } from '@/app/components/button'
import { BackToAccount } from '@/app/components/console/back-to-account'
import { OwnFormKey } from '@/app/components/console/own-form-key'
import { OwnRefusal } from '@/app/components/console/own-refusal'
import { PasswordField } from '@/app/components/console/password-field'
import { RecoveryCodeList } from '@/app/components/console/recovery-code-list'
import { PageHeader } from '@/app/components/page-header'
import { useIsSending } from '@/app/live/use-is-sending'
import { onceOwn, ownSender } from '@/app/forms/own-form'
import { readForm } from '@/app/forms/read-form'
import { requirePrincipal } from '@/app/web/require-principal'
import { ownChange, refuseOwn } from '@/app/forms/security-answers'
import { withPassword } from '@/app/forms/with-password'
import { renewRecoveryCodes, secondFactorsOf } from '@/lib/accounts'

export const meta: MetaFunction = () => [{ title: 'Recovery codes – Console' }]

export async function loader({ context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  const { totp, passkeys, recoveryCodesLeft } = await secondFactorsOf(principal.accountId)
  return {
    left: recoveryCodesLeft,
    hasFactor: totp === 'confirmed' || passkeys.length > 0,
    formKey: randomUUID(),
  }
}

export async function action({ request, context }: ActionFunctionArgs) {
  const form = await readForm(request)
  const sender = await ownSender(context)
  const work = withPassword(form, async (signedIn) => {
    const { totp, passkeys } = await secondFactorsOf(sender.accountId)
    if (totp !== 'confirmed' && passkeys.length === 0)
      return { ok: false as const, code: 'nothing_to_recover' as const }
    return renewRecoveryCodes(ownChange(signedIn, context), signedIn.audit)
  })
  const result = await onceOwn({ context, form, sender }, 'second_factor.renew_codes', work)
  if (result.ok) return { codes: result.value }
  const nothing = { problem: 'Without a second step there is nothing to recover.' }
  return refuseOwn(form, result, { nothing_to_recover: nothing })
}

export default function RecoveryCodes() {
  const { left, hasFactor, formKey } = useLoaderData<typeof loader>()
  const result = useActionData<typeof action>()
  const refused = result && 'problem' in result ? result : undefined
  const codes = result && 'codes' in result ? result.codes : undefined
  const isSending = useIsSending()
  return (
    <div className="narrow stack stack--loose">
      <PageHeader
        title="Recovery codes"
        lead={
          hasFactor
            ? `${left} left. New ones make the old ones useless.`
            : 'They let you in where your app or passkey is lost. You get them with the first of these.'
        }
      />
      <OwnRefusal refused={refused} />
      {codes && <RecoveryCodeList codes={codes} />}
      {hasFactor && !codes && (
        <Form method="post" noValidate className="panel">
          <OwnFormKey formKey={formKey} name="" refused={refused} />
          <PasswordField id="password" refused={refused} />
          <div className="row">
            <Button isBusy={isSending}>Make new codes</Button>
          </div>
        </Form>
      )}
      <BackToAccount>
        {!hasFactor && (
          <>
            <ButtonLink to="/admin/security/authenticator">Add an app</ButtonLink>
            <ButtonLink to="/admin/security/passkeys" look="quiet">
              Add a passkey
            </ButtonLink>
          </>
        )}
      </BackToAccount>
    </div>
  )
}
