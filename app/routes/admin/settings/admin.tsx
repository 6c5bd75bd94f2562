import { randomUUID } from 'node:crypto'
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { AccountForms } from '@/app/components/console/account-forms'
import { Refusal } from '@/app/components/console/refusal'
import { DoneNotice } from '@/app/components/done-notice'
import { SettingsNav } from '@/app/components/console/settings-nav'
import { ShownOnce } from '@/app/components/console/shown-once'
import { PageHeader } from '@/app/components/page-header'
import { presentAccount } from '@/app/presenters/console/account'
import { changeAccount } from '@/app/forms/change-account'
import { takeNotice } from '@/app/forms/console-notice'
import { notFound } from '@/app/web/not-found'
import { readForm } from '@/app/forms/read-form'
import { requirePrincipal } from '@/app/web/require-principal'

export const meta: MetaFunction = () => [{ title: 'Admin – Console' }]

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const signedIn = await requirePrincipal(context, 'own')
  const account = await presentAccount(params.accountId ?? '', signedIn)
  if (!account) throw notFound()
  const { notice, headers } = await takeNotice(request)
  return data({ account, formKey: randomUUID(), notice }, { headers })
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const form = await readForm(request)
  const signedIn = await requirePrincipal(context, 'own')
  return changeAccount(params.accountId ?? '', form, signedIn)
}

export { revalidateAlways as shouldRevalidate } from '@/app/live/revalidate-always'

export default function Admin() {
  const { account, formKey, notice } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const refused = answer && 'problems' in answer ? answer : undefined
  const password = answer && 'password' in answer ? answer.password : undefined
  return (
    <div className="stack stack--loose">
      <PageHeader title="Admin" lead={account.email} />
      <SettingsNav current="admins" isOwner />
      <DoneNotice notice={notice} />
      {password && (
        <ShownOnce title="The password was replaced" label="New password" secret={password}>
          All sessions of {account.email} have ended.
        </ShownOnce>
      )}
      <Refusal refused={refused} />
      {/* Forms of their own after a password was made: what was typed to make it is gone. */}
      <AccountForms key={password} account={account} formKey={formKey} refused={refused} />
    </div>
  )
}
