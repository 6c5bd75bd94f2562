import { Form, Link } from '@remix-run/react'
import type { ReactNode } from 'react'
import { Button } from '@/app/components/button'
import { SelectField } from '@/app/components/field'
import { StatusTag } from '@/app/components/status-tag'
import type { FormRefusal } from '@/app/forms/form-refusal'
import type { AccountModel } from '@/app/presenters/console/account'
import { counted } from '@/lib/counted'
import { ConfirmStep } from './confirm-step'
import { Facts } from './facts'
import { FormKey } from './form-key'
import { OwnerPassword } from './owner-password'
import { RoleOptions } from './role-options'
import { SessionList } from './session-list'

interface Sent {
  formKey: string
  refused: FormRefusal | undefined
}

interface Props extends Sent {
  account: AccountModel
}

/** What an owner does about an admin's account. */
export function AccountForms({ account, ...sent }: Props) {
  const { formKey, refused } = sent
  return (
    <>
      <section className="panel" aria-labelledby="account">
        <h2 id="account">Account</h2>
        <Facts
          facts={[
            ['State', account.isDisabled ? <StatusTag meaning="plain">Disabled</StatusTag> : 'May sign in'],
            ['Second factor', account.hasSecondFactor ? 'on' : 'off'],
            ['Made', account.created],
          ]}
        />
        <Form method="post" className="form-grid" key={account.role} noValidate>
          <FormKey value={keyOf('role', formKey, refused)} />
          <SelectField
            id="role"
            name="role"
            label="Role"
            hint={account.isSelf ? 'This is you: you would have to sign in again.' : 'Its sessions end.'}
            defaultValue={refused?.form === 'role' ? refused.entered.role : account.role}
          >
            <RoleOptions />
          </SelectField>
          {account.role !== 'owner' && (
            <OwnerPassword form="role" refused={refused} hint="Needed for a role that may do more." />
          )}
          <div>
            <Button look="quiet" name="form" value="role">
              Change the role
            </Button>
          </div>
        </Form>
      </section>
      <Sessions account={account} {...sent} />
      <section className="stack" aria-labelledby="access">
        <h2 id="access">Access</h2>
        {account.isSelf ? (
          <p>
            Change your own password and second factor under <Link to="/admin/security">Your account</Link>.
          </p>
        ) : (
          <OthersAccess account={account} {...sent} />
        )}
        {account.isDisabled ? (
          <ConfirmStep name={`Let ${account.email} sign in again`} isOpen={refused?.form === 'enable'}>
            <p>Its password and second factor are those of before.</p>
            <OneButton form="enable" text={`Let ${account.email} sign in again`} look="quiet" {...sent}>
              <OwnerPassword form="enable" refused={refused} />
            </OneButton>
          </ConfirmStep>
        ) : (
          <ConfirmStep name="Disable the account" look="danger">
            <p>Nobody can sign in with it until it is enabled again. {sessionsEnd(account)}</p>
            <TokensStay count={account.goodTokens} />
            <OneButton form="disable" text="Disable the account" {...sent} />
          </ConfirmStep>
        )}
      </section>
    </>
  )
}

function OthersAccess({ account, ...sent }: Props) {
  return (
    <>
      <ConfirmStep name="Replace the password" look="danger" isOpen={sent.refused?.form === 'password'}>
        <p>
          {account.email} gets a random password, shown to you once. {sessionsEnd(account)}
        </p>
        <OneButton form="password" text="Replace the password" {...sent}>
          <OwnerPassword form="password" refused={sent.refused} />
        </OneButton>
      </ConfirmStep>
      {account.hasSecondFactor && (
        <ConfirmStep
          name="Remove the second factor"
          look="danger"
          isOpen={sent.refused?.form === 'second-factor'}
        >
          <p>
            App, passkeys and recovery codes are removed; the password alone is enough then.{' '}
            {sessionsEnd(account)}
          </p>
          <OneButton form="second-factor" text="Remove the second factor" {...sent}>
            <OwnerPassword form="second-factor" refused={sent.refused} />
          </OneButton>
        </ConfirmStep>
      )}
    </>
  )
}

function Sessions({ account: { sessions }, ...sent }: Props) {
  return (
    <section className="panel" aria-labelledby="sessions">
      <h2 id="sessions">Sessions</h2>
      {sessions.length === 0 && <p className="muted">None. Nobody is signed in with this account.</p>}
      <SessionList sessions={sessions} formKey={sent.formKey} />
      {sessions.some(({ isThis }) => !isThis) && <OneButton form="sessions" text="End them all" {...sent} />}
    </section>
  )
}

function OneButton(
  props: {
    form: string
    text: string
    look?: 'danger' | 'quiet'
    /** What is asked for besides. */
    children?: ReactNode
  } & Sent,
) {
  const { form, text, look = 'danger', formKey, refused, children } = props
  return (
    <Form method="post" className="stack" noValidate>
      <FormKey value={keyOf(form, formKey, refused)} />
      {children}
      <div>
        <Button look={look} name="form" value={form}>
          {text}
        </Button>
      </div>
    </Form>
  )
}

function TokensStay({ count }: { count: number }) {
  if (count === 0) return null
  return (
    <p>
      {counted(count, 'active API token')} that it made {count === 1 ? 'stays' : 'stay'} good, for the systems
      that use {count === 1 ? 'it' : 'them'}. Revoke what should stop{' '}
      <Link to="/admin/settings/tokens">among the API tokens</Link>.
    </p>
  )
}

/** What is being done already keeps its key: the next press gets what comes of it. */
function keyOf(form: string, formKey: string, refused: FormRefusal | undefined): string {
  return (refused?.form === form && refused.key) || formKey
}

function sessionsEnd({ sessions }: AccountModel): string {
  if (sessions.length === 0) return 'No session is open.'
  return sessions.length === 1 ? 'Its one session ends.' : `Its ${sessions.length} sessions end.`
}
