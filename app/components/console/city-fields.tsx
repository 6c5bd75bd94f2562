import { TextField } from '@/app/components/field'
import { problemAt } from '@/app/components/problem-at'
import type { FormRefusal } from '@/app/forms/form-refusal'
import { holdMinutes } from '@/lib/hold-minutes'
import { tierLabel, tiers } from '@/lib/tier'
import { newsAt, shownAt } from './opened-with'

/** What the fields of a city show: texts, by the names of the fields. */
export type CityValues = Record<string, string>

/** Name, place, dates, prices and hold time of a city. `prefix`: of the fields' ids. */
export function CityFields({
  prefix,
  values,
  refused,
}: {
  prefix: string
  values: CityValues
  refused: FormRefusal | undefined
}) {
  const field = (name: string, path = name) => ({
    id: `${prefix}-${path}`,
    name,
    defaultValue: shownAt(refused, values, name),
    news: newsAt(refused, values, name),
    error: problemAt(refused, `${prefix}-${path}`),
    maxLength: 255,
  })
  return (
    <>
      <div className="form-grid">
        <TextField {...field('name')} label="Name" />
        <TextField {...field('venue')} label="Venue" />
        <TextField {...field('address')} label="Address" />
      </div>
      {/* A row of their own, so that the last day stands beside the first. */}
      <div className="form-grid">
        <TextField {...field('startsOn')} label="First day" type="date" />
        <TextField {...field('endsOn')} label="Last day" type="date" />
        <TextField {...field('timeZone')} label="Time zone" hint="Such as America/Chicago" />
        <TextField
          {...field('holdMinutes')}
          label="Seats are held for, in minutes"
          hint={`${holdMinutes.min} to ${holdMinutes.max}`}
          inputMode="numeric"
        />
      </div>
      {tiers.map((tier) => (
        <fieldset key={tier} className="stack">
          <legend>
            <h3>{tierLabel(tier)} price</h3>
          </legend>
          <div className="form-grid">
            <TextField
              {...field(`${tier}-amount`, `prices-${tier}-amountCents`)}
              label={`${tierLabel(tier)} amount`}
              inputMode="decimal"
            />
            <TextField
              {...field(`${tier}-currency`, `prices-${tier}-currency`)}
              label={`${tierLabel(tier)} currency`}
            />
            <TextField
              {...field(`${tier}-stripePriceId`, `prices-${tier}-stripePriceId`)}
              label={`${tierLabel(tier)} price at Stripe (optional)`}
              hint="Then Stripe decides the amount."
            />
          </div>
        </fieldset>
      ))}
    </>
  )
}
