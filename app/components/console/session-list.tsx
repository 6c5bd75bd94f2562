import { Form } from '@remix-run/react'
import { Button } from '@/app/components/button'
import type { SessionRow } from '@/app/presenters/console/sessions'
import { FormKey } from './form-key'

/** The sessions of an account, each with a form `session` that ends it, but for the one that the page is read in. */
export function SessionList({ sessions, formKey }: { sessions: readonly SessionRow[]; formKey: string }) {
  return (
    <ul>
      {sessions.map(({ id, isThis, device, address, seen }) => (
        <li key={id} className="panel__row">
          <span className="stack stack--tight">
            <span>{device}</span>
            <span className="small muted">
              {address}, {isThis ? 'this browser' : `seen ${seen}`}
            </span>
          </span>
          {!isThis && (
            <Form method="post">
              <FormKey value={`${formKey} ${id}`} />
              <input type="hidden" name="sessionId" value={id} />
              <Button
                look="danger"
                name="form"
                value="session"
                aria-label={`End the session of ${device}, ${address}`}
              >
                End
              </Button>
            </Form>
          )}
        </li>
      ))}
    </ul>
  )
}
