import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { Form, useActionData, useLoaderData } from '@remix-run/react'
import { Button, ButtonLink } from '@/app/components/button'
import { PasswordField } from '@/app/components/console/password-field'
import { RecoveryCodeList } from '@/app/components/console/recovery-code-list'
import { ErrorSummary } from '@/app/components/error-summary'
import { PageHeader } from '@/app/components/page-header'
import { readForm } from '@/app/forms/read-form'
import { requirePrincipal } from '@/app/web/require-principal'
import { ownChange, refuseChange, refuseWithoutPassword, signInAgain } from '@/app/forms/security-answers'
import { renewRecoveryCodes, secondFactorsOf } from '@/lib/accounts'

export const meta: MetaFunction = () => [{ title: 'Recovery codes – Console' }]

export async function loader({ context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  const { totp, passkeys, recoveryCodesLeft } = await secondFactorsOf(principal.accountId)
  return { left: recoveryCodesLeft, hasFactor: totp === 'confirmed' || passkeys.length > 0 }
}

export async function action({ request, context }: ActionFunctionArgs) {
  const signedIn = await requirePrincipal(context, 'see')
  const { accountId } = signedIn.principal
  const refused = await refuseWithoutPassword(signedIn, await readForm(request))
  if (refused) return refused
  const { totp, passkeys } = await secondFactorsOf(accountId)
  if (totp !== 'confirmed' && passkeys.length === 0)
    return refuseChange('Without a second step there is nothing to recover.')
  const result = await renewRecoveryCodes(ownChange(signedIn, context), signedIn.audit)
  if (result.ok) return { codes: result.value }
  return result.code === 'session_ended' ? signInAgain() : refuseChange('This account no longer exists.')
}

export default function RecoveryCodes() {
  const { left, hasFactor } = useLoaderData<typeof loader>()
  const result = useActionData<typeof action>()
  const refused = result && 'problem' in result ? result : undefined
  const codes = result && 'codes' in result ? result.codes : undefined
  return (
    <div className="narrow stack stack--loose">
      <PageHeader title="Recovery codes" lead={`${left} left. New ones make the old ones useless.`} />
      {refused && (
        <ErrorSummary
          title="Nothing was changed"
          problems={[{ message: refused.problem, fieldId: refused.fieldId }]}
          answer={refused}
        />
      )}
      {codes && <RecoveryCodeList codes={codes} />}
      {hasFactor && !codes && (
        <Form method="post" noValidate className="panel">
          <PasswordField id="password" refused={refused} />
          <div className="row">
            <Button>Make new codes</Button>
          </div>
        </Form>
      )}
      <div className="row">
        <ButtonLink to="/admin/security" look="quiet">
          Back to your account
        </ButtonLink>
      </div>
    </div>
  )
}
