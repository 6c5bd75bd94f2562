import { Form } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { FieldNews, TextField } from '@/app/components/field'
import { problemAt } from '@/app/components/problem-at'
import type { FormRefusal } from '@/app/forms/form-refusal'
import { FormKey } from './form-key'
import { newsAt, OpenedWith, shownAt, versionSeen } from './opened-with'
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
  const values = {
    gatherSeconds: String(gatherSeconds),
    isQuiet: quiet === null ? '' : 'yes',
    from: quiet?.from ?? '22:00',
    to: quiet?.to ?? '07:00',
    timeZone: quiet?.timeZone ?? 'America/Chicago',
  }
  const field = (name: keyof typeof values) => ({
    id: `waiting-${name}`,
    name,
    defaultValue: shownAt(refused, values, name),
    error: problemAt(refused, `waiting-${name}`),
    news: newsAt(refused, values, name),
  })
  const quietNews = newsAt(refused, values, 'isQuiet', (ticked) => (ticked === 'yes' ? 'on' : 'off'))
  return (
    <section className="panel" aria-labelledby="waiting">
      <h2 id="waiting">Waiting</h2>
      <p>
        Low, Monitor and Active monitoring can be gathered, and can wait until the morning. Critical,
        Emergency and Sold out go out at once, always.
      </p>
      <Form method="post" noValidate key={versionSeen(page.settingsVersion, refused)}>
        <fieldset className="stack" disabled={!page.isOwner}>
          <legend className="visually-hidden">When mild alerts wait</legend>
          <FormKey value={`${page.formKey} waiting`} />
          <OpenedWith version={page.settingsVersion} values={values} refused={refused} />
          <div className="form-grid">
            <TextField
              {...field('gatherSeconds')}
              label="Gather for, in seconds"
              hint="Alerts of this time become one message."
              inputMode="numeric"
            />
          </div>
          <label className="check">
            <input
              type="checkbox"
              name="isQuiet"
              value="yes"
              defaultChecked={shownAt(refused, values, 'isQuiet') === 'yes'}
            />
            Quiet hours
          </label>
          {quietNews && <FieldNews>{quietNews}</FieldNews>}
          <div className="form-grid">
            <TextField {...field('from')} label="From" type="time" />
            <TextField {...field('to')} label="To" type="time" />
            <TextField {...field('timeZone')} label="Time zone" />
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
