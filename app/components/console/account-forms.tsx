import { Form, Link } from '@remix-run/react'
import type { ReactNode } from 'react'
import { Button } from '@/app/components/button'
import { SelectField } from '@/app/components/field'
import { StatusTag } from '@/app/components/status-tag'
import type { AccountModel } from '@/app/presenters/console/account'
import { ConfirmStep } from './confirm-step'
import { Facts } from './facts'
import { FormKey } from './form-key'
import { RoleOptions } from './role-options'
import { SessionList } from './session-list'

interface Props {
  account: AccountModel
  formKey: string
  /** Of the form that replaces the password. */
  passwordKey: string
}

/** What an owner does about an admin's account. */
export function AccountForms({ account, formKey, passwordKey }: Props) {
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
        <Form method="post" className="form-grid" key={account.role}>
          <FormKey value={formKey} />
          <SelectField
            id="role"
            name="role"
            label="Role"
            hint={account.isSelf ? 'This is you: you would have to sign in again.' : 'Its sessions end.'}
            defaultValue={account.role}
          >
            <RoleOptions />
          </SelectField>
          <div>
            <Button look="quiet" name="form" value="role">
              Change the role
            </Button>
          </div>
        </Form>
      </section>
      <Sessions account={account} formKey={formKey} />
      <section className="stack" aria-labelledby="access">
        <h2 id="access">Access</h2>
        {account.isSelf ? (
          <p>
            Change your own password and second factor under <Link to="/admin/security">Your account</Link>.
          </p>
        ) : (
          <OthersAccess account={account} passwordKey={passwordKey} />
        )}
        {account.isDisabled ? (
          <OneButton form="enable" look="quiet">
            Let {account.email} sign in again
          </OneButton>
        ) : (
          <ConfirmStep name="Disable the account" look="danger">
            <p>Nobody can sign in with it until it is enabled again. {sessionsEnd(account)}</p>
            <OneButton form="disable">Disable the account</OneButton>
          </ConfirmStep>
        )}
      </section>
    </>
  )
}

function OthersAccess({ account, passwordKey }: Omit<Props, 'formKey'>) {
  return (
    <>
      <ConfirmStep name="Replace the password" look="danger">
        <p>
          {account.email} gets a random password, shown to you once. {sessionsEnd(account)}
        </p>
        <OneButton form="password" formKey={passwordKey}>
          Replace the password
        </OneButton>
      </ConfirmStep>
      {account.hasSecondFactor && (
        <ConfirmStep name="Remove the second factor" look="danger">
          <p>
            App, passkeys and recovery codes are removed; the password alone is enough then.{' '}
            {sessionsEnd(account)}
          </p>
          <OneButton form="second-factor">Remove the second factor</OneButton>
        </ConfirmStep>
      )}
    </>
  )
}

function Sessions({ account: { sessions }, formKey }: { account: AccountModel; formKey: string }) {
  return (
    <section className="panel" aria-labelledby="sessions">
      <h2 id="sessions">Sessions</h2>
      {sessions.length === 0 && <p className="muted">None. Nobody is signed in with this account.</p>}
      <SessionList sessions={sessions} formKey={formKey} />
      {sessions.some(({ isThis }) => !isThis) && (
        <OneButton form="sessions" formKey={formKey}>
          End them all
        </OneButton>
      )}
    </section>
  )
}

function OneButton(props: {
  form: string
  /** Where its repetition would be told as something else. */
  formKey?: string
  look?: 'danger' | 'quiet'
  children: ReactNode
}) {
  return (
    <Form method="post">
      {props.formKey && <FormKey value={props.formKey} />}
      <Button look={props.look ?? 'danger'} name="form" value={props.form}>
        {props.children}
      </Button>
    </Form>
  )
}

function sessionsEnd({ sessions }: AccountModel): string {
  if (sessions.length === 0) return 'No session is open.'
  return sessions.length === 1 ? 'Its one session ends.' : `Its ${sessions.length} sessions end.`
}
