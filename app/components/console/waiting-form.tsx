import { Form } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { TextField } from '@/app/components/field'
import type { FormRefusal } from '@/app/web/form-refusal'
import { FormKey } from './form-key'
import { problemAt } from './problem-at'
import type { AlertSettingsModel } from './thresholds-form'

/** When mild alerts wait. Critical ones never do. */
export function WaitingForm({
  page,
  refused,
}: {
  page: AlertSettingsModel
  refused: FormRefusal | undefined
}) {
  const { quiet, gatherSeconds } = page.settings
  const entered = refused?.entered
  return (
    <section className="panel" aria-labelledby="waiting">
      <h2 id="waiting">Waiting</h2>
      <p>
        Low, Monitor and Active monitoring can wait, for company or until the morning. Critical, Emergency and
        Sold out go out at once, always.
      </p>
      <Form method="post" noValidate key={page.settingsVersion}>
        <fieldset className="stack" disabled={!page.isOwner}>
          <legend className="visually-hidden">When mild alerts wait</legend>
          <FormKey value={`${page.formKey} waiting`} />
          <input type="hidden" name="version" value={page.settingsVersion} />
          <TextField
            id="waiting-gatherSeconds"
            name="gatherSeconds"
            label="Wait for company, in seconds"
            hint="Alerts of this time become one message."
            inputMode="numeric"
            defaultValue={entered?.gatherSeconds ?? gatherSeconds}
            error={problemAt(refused, 'waiting-gatherSeconds')}
          />
          <label className="check">
            <input
              type="checkbox"
              name="isQuiet"
              value="yes"
              defaultChecked={entered ? entered.isQuiet === 'yes' : quiet !== null}
            />
            Quiet hours
          </label>
          <div className="form-grid">
            <TextField
              id="waiting-from"
              name="from"
              label="From"
              type="time"
              defaultValue={entered?.from ?? quiet?.from ?? '22:00'}
              error={problemAt(refused, 'waiting-from')}
            />
            <TextField
              id="waiting-to"
              name="to"
              label="To"
              type="time"
              defaultValue={entered?.to ?? quiet?.to ?? '07:00'}
              error={problemAt(refused, 'waiting-to')}
            />
            <TextField
              id="waiting-timeZone"
              name="timeZone"
              label="Time zone"
              defaultValue={entered?.timeZone ?? quiet?.timeZone ?? 'America/Chicago'}
              error={problemAt(refused, 'waiting-timeZone')}
            />
          </div>
          {page.isOwner && (
            <div>
              <Button name="form" value="waiting">
                Save when alerts wait
              </Button>
            </div>
          )}
        </fieldset>
      </Form>
    </section>
  )
}
