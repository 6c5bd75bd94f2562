import { Form } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { SelectField, TextField } from '@/app/components/field'
import type { presentAlertSettings } from '@/app/presenters/console/alert-settings'
import type { FormRefusal } from '@/app/web/form-refusal'
import { type Tier, tierLabel, tiers } from '@/lib/tier'
import { FormKey } from './form-key'
import { problemAt } from './problem-at'

export type AlertSettingsModel = Awaited<ReturnType<typeof presentAlertSettings>> & { formKey: string }

const channels = [
  ['slack', 'Slack'],
  ['email', 'Email'],
  ['sms', 'SMS'],
] as const

/** Empty rows for new thresholds. */
const spare = 2

/** All thresholds, row by row. A row whose number is emptied is removed. */
export function ThresholdsForm({
  page,
  refused,
}: {
  page: AlertSettingsModel
  refused: FormRefusal | undefined
}) {
  return (
    <section className="panel" aria-labelledby="thresholds">
      <h2 id="thresholds">Thresholds</h2>
      <p>
        An alert goes out when the seats left fall to a number. It goes out again only after they rose above
        it.
      </p>
      <Form method="post" className="stack stack--loose" noValidate key={page.thresholdsVersion}>
        <FormKey value={`${page.formKey} thresholds`} />
        <input type="hidden" name="version" value={page.thresholdsVersion} />
        {tiers.map((tier) => (
          <fieldset key={tier} className="stack" disabled={!page.isOwner}>
            <legend>
              <h3>{tierLabel(tier)}</h3>
            </legend>
            {rowsOf(page, tier, refused).map((row) => (
              <ThresholdRow key={row.name} row={row} page={page} refused={refused} />
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

interface Row {
  name: string
  label: string
  remaining: string
  level: string
  channels: readonly string[]
}

function rowsOf(page: AlertSettingsModel, tier: Tier, refused: FormRefusal | undefined): Row[] {
  const known = page.thresholds.filter((one) => one.tier === tier)
  return Array.from({ length: known.length + (page.isOwner ? spare : 0) }, (_, index) => {
    const name = `${tier}-${index}`
    const saved = known[index]
    const label = `${tierLabel(tier)} ${index + 1}`
    if (refused) {
      const chosen = channels.flatMap(([channel]) =>
        (refused.entered[`${name}-channels`] ?? '').split(',').includes(channel) ? [channel] : [],
      )
      return {
        ...{ name, label },
        remaining: refused.entered[`${name}-remaining`] ?? '',
        level: refused.entered[`${name}-level`] ?? 'low',
        channels: chosen,
      }
    }
    return {
      ...{ name, label },
      remaining: saved ? String(saved.remaining) : '',
      level: saved?.level ?? 'low',
      channels: saved?.channels ?? ['slack', 'email'],
    }
  })
}

function ThresholdRow({
  row,
  page,
  refused,
}: {
  row: Row
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
        {channels.map(([channel, name]) => (
          <label key={channel} className="check">
            <input
              type="checkbox"
              name={`${row.name}-channels`}
              value={channel}
              defaultChecked={row.channels.includes(channel)}
            />
            {name}
          </label>
        ))}
      </fieldset>
    </div>
  )
}
