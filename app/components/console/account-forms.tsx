import { Form, Link } from '@remix-run/react'
import type { ReactNode } from 'react'
import { Button } from '@/app/components/button'
import { SelectField } from '@/app/components/field'
import { StatusTag } from '@/app/components/status-tag'
import type { FormRefusal } from '@/app/forms/form-refusal'
import type { AccountModel } from '@/app/presenters/console/account'
import { ConfirmStep } from './confirm-step'
import { Facts } from './facts'
import { FormKey } from './form-key'
import { RoleOptions } from './role-options'
import { SessionList } from './session-list'

interface Props {
  account: AccountModel
  formKey: string
  refused: FormRefusal | undefined
}

/** What an owner does about an admin's account. */
export function AccountForms({ account, formKey, refused }: Props) {
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
          <FormKey value={keyOf('role', formKey, refused)} />
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
      <Sessions account={account} formKey={formKey} refused={refused} />
      <section className="stack" aria-labelledby="access">
        <h2 id="access">Access</h2>
        {account.isSelf ? (
          <p>
            Change your own password and second factor under <Link to="/admin/security">Your account</Link>.
          </p>
        ) : (
          <OthersAccess account={account} formKey={formKey} refused={refused} />
        )}
        {account.isDisabled ? (
          <OneButton form="enable" formKey={keyOf('enable', formKey, refused)} look="quiet">
            Let {account.email} sign in again
          </OneButton>
        ) : (
          <ConfirmStep name="Disable the account" look="danger">
            <p>Nobody can sign in with it until it is enabled again. {sessionsEnd(account)}</p>
            <OneButton form="disable" formKey={keyOf('disable', formKey, refused)}>
              Disable the account
            </OneButton>
          </ConfirmStep>
        )}
      </section>
    </>
  )
}

function OthersAccess({ account, formKey, refused }: Props) {
  return (
    <>
      <ConfirmStep name="Replace the password" look="danger">
        <p>
          {account.email} gets a random password, shown to you once. {sessionsEnd(account)}
        </p>
        <OneButton form="password" formKey={keyOf('password', formKey, refused)}>
          Replace the password
        </OneButton>
      </ConfirmStep>
      {account.hasSecondFactor && (
        <ConfirmStep name="Remove the second factor" look="danger">
          <p>
            App, passkeys and recovery codes are removed; the password alone is enough then.{' '}
            {sessionsEnd(account)}
          </p>
          <OneButton form="second-factor" formKey={keyOf('second-factor', formKey, refused)}>
            Remove the second factor
          </OneButton>
        </ConfirmStep>
      )}
    </>
  )
}

function Sessions({ account: { sessions }, formKey, refused }: Props) {
  return (
    <section className="panel" aria-labelledby="sessions">
      <h2 id="sessions">Sessions</h2>
      {sessions.length === 0 && <p className="muted">None. Nobody is signed in with this account.</p>}
      <SessionList sessions={sessions} formKey={formKey} />
      {sessions.some(({ isThis }) => !isThis) && (
        <OneButton form="sessions" formKey={keyOf('sessions', formKey, refused)}>
          End them all
        </OneButton>
      )}
    </section>
  )
}

function OneButton(props: { form: string; formKey: string; look?: 'danger' | 'quiet'; children: ReactNode }) {
  return (
    <Form method="post">
      <FormKey value={props.formKey} />
      <Button look={props.look ?? 'danger'} name="form" value={props.form}>
        {props.children}
      </Button>
    </Form>
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
