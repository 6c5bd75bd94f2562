import { Form } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { StatusTag } from '@/app/components/status-tag'
import type { TokenRow } from '@/app/presenters/console/tokens'
import type { TokenMaker } from '@/lib/accounts/tokens'
import { ConfirmStep } from './confirm-step'
import { FormKey } from './form-key'
import { nothing, Records } from './records'
import { ValidityTag } from './validity-tag'

/** The tokens that were made, each with the button that revokes it. */
export function TokenRecords({ tokens, formKey }: { tokens: readonly TokenRow[]; formKey: string }) {
  return (
    <Records
      label="API tokens"
      rows={tokens}
      keyOf={({ id }) => id}
      columns={[
        { text: 'Name', cell: ({ name }) => name },
        { text: 'Begins with', cell: ({ prefix }) => <code>{prefix}</code> },
        { text: 'May', cell: ({ scope }) => scope },
        { text: 'State', cell: ({ state }) => <ValidityTag state={state} /> },
        {
          text: 'Last used',
          cell: ({ lastUsed }) => <span className="figures">{lastUsed ?? 'never'}</span>,
        },
        { text: 'Expires', cell: ({ expires }) => <span className="figures">{expires}</span> },
        { text: 'Made by', cell: (token) => <Maker token={token} /> },
        {
          text: 'Action',
          cell: (token) => (token.state === 'active' ? <Revoke token={token} formKey={formKey} /> : nothing),
        },
      ]}
    />
  )
}

/** A token stays good without the account that made it, so whoever looks at it should know. */
function Maker({ token: { createdBy, maker } }: { token: TokenRow }) {
  const word = makerWords[maker]
  return (
    <>
      {createdBy} {word && <StatusTag meaning="plain">{word}</StatusTag>}
    </>
  )
}

const makerWords: Partial<Record<TokenMaker, string>> = { disabled: 'Disabled', gone: 'Gone' }

function Revoke({ token: { id, name }, formKey }: { token: TokenRow; formKey: string }) {
  return (
    <ConfirmStep name={`Revoke ${name}`} look="danger">
      <p>Systems that use it are refused at once. It cannot be brought back.</p>
      <Form method="post">
        <FormKey value={`${formKey} ${id}`} />
        <input type="hidden" name="id" value={id} />
        <Button look="danger" name="form" value="revoke">
          Revoke {name}
        </Button>
      </Form>
    </ConfirmStep>
  )
}
