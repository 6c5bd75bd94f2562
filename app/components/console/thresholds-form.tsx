import { Form } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { SelectField, TextField } from '@/app/components/field'
import { problemAt } from '@/app/components/problem-at'
import type { presentAlertSettings } from '@/app/presenters/console/alert-settings'
import type { FormRefusal } from '@/app/forms/form-refusal'
import { tierLabel, tiers } from '@/lib/tier'
import { FormKey } from './form-key'
import { OpenedWith, versionSeen } from './opened-with'
import {
  openedValues,
  rowsShown,
  type ThresholdRow,
  thresholdChannels,
  thresholdValues,
} from './threshold-rows'

export type AlertSettingsModel = Awaited<ReturnType<typeof presentAlertSettings>> & { formKey: string }

/** All thresholds, row by row. A row whose number is emptied is removed. */
export function ThresholdsForm({
  page,
  refused,
}: {
  page: AlertSettingsModel
  refused: FormRefusal | undefined
}) {
  const values = thresholdValues(page.thresholds, page)
  const levelName = (level: string) => page.levels.find((one) => one.level === level)?.name ?? level
  const rows = tiers.map((tier) => ({ tier, rows: rowsShown(tier, values, refused, levelName) }))
  const opened = openedValues(
    values,
    rows.flatMap((one) => one.rows),
  )
  return (
    <section className="panel" aria-labelledby="thresholds">
      <h2 id="thresholds">Thresholds</h2>
      <p>
        An alert goes out when the seats left fall to a number. It goes out again only after they rose above
        it.
        {page.isOwner && ' To remove a threshold, empty its number; the rows without one are for new ones.'}
      </p>
      <Form
        method="post"
        className="stack stack--loose"
        noValidate
        key={versionSeen(page.thresholdsVersion, refused)}
      >
        <FormKey value={`${page.formKey} thresholds`} />
        <OpenedWith version={page.thresholdsVersion} values={opened} refused={refused} />
        {rows.map(({ tier, rows }) => (
          <fieldset key={tier} className="stack" disabled={!page.isOwner}>
            <legend>
              <h3>{tierLabel(tier)}</h3>
            </legend>
            {rows.map((row) => (
              <ThresholdFields key={row.name} row={row} page={page} refused={refused} />
            ))}
          </fieldset>
        ))}
        {page.isOwner && (
          <div>
            <Button name="form" value="thresholds">
              Save the thresholds
            </Button>
          </div>
        )}
      </Form>
    </section>
  )
}

function ThresholdFields({
  row,
  page,
  refused,
}: {
  row: ThresholdRow
  page: AlertSettingsModel
  refused: FormRefusal | undefined
}) {
  const id = `thresholds-${row.name}`
  return (
    <div className="form-grid form-grid--narrow">
      <TextField
        id={`${id}-remaining`}
        name={`${row.name}-remaining`}
        label={`${row.label}: seats left`}
        inputMode="numeric"
        defaultValue={row.remaining}
        news={row.news}
        error={problemAt(refused, `${id}-remaining`)}
      />
      <SelectField
        id={`${id}-level`}
        name={`${row.name}-level`}
        label={`${row.label}: level`}
        defaultValue={row.level}
      >
        {page.levels.map(({ level, name }) => (
          <option key={level} value={level}>
            {name}
          </option>
        ))}
      </SelectField>
      <fieldset className="row" id={`${id}-channels`}>
        <legend className="visually-hidden">{row.label}: channels</legend>
        {thresholdChannels.map(([channel, name]) => (
          <label key={channel} className="check">
            <input
              type="checkbox"
              name={`${row.name}-channels`}
              value={channel}
              defaultChecked={row.channels.split(',').includes(channel)}
            />
            {name}
          </label>
        ))}
      </fieldset>
    </div>
  )
}
