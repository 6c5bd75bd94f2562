import { Form } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { SelectField, TextField } from '@/app/components/field'
import { problemAt } from '@/app/components/problem-at'
import { cities } from '@/app/format/cities'
import type { BulkChoice, BulkCity } from '@/app/presenters/console/bulk-choice'
import type { FormRefusal } from '@/app/forms/form-refusal'
import { SaleStateOptions } from '../sale-state-options'

/** Which cities, and what to do with them: one form, so that looking for more forgets nothing of it. */
export function BulkChoiceForm({
  page,
  isOwner,
  entered,
  refused,
}: {
  page: BulkChoice
  isOwner: boolean
  entered: Record<string, string> | undefined
  refused: FormRefusal | undefined
}) {
  return (
    <Form method="post" action="/admin/bulk" className="stack stack--loose" noValidate>
      <Filter page={page} />
      <fieldset className="stack">
        <legend>
          <h2 id="preview-cityIds">
            {cities(page.found)}
            {page.found > page.cities.length && `, the first ${page.cities.length} are shown`}
          </h2>
        </legend>
        <ChooseAll page={page} />
        {page.cities.length > 0 && (
          // What was ticked by hand gives way to all, or none.
          <Choices key={String(page.isAllChosen)} cities={page.cities} label="Cities" />
        )}
        {page.others.length > 0 && (
          <>
            <p>Chosen before:</p>
            <Choices cities={page.others} label="Chosen before" />
          </>
        )}
      </fieldset>
      <section className="panel" aria-labelledby="what">
        <h2 id="what">What to do</h2>
        <div className="form-grid">
          <SelectField
            id="preview-operation"
            name="operation"
            label="Change"
            defaultValue={entered?.operation}
          >
            <option value="expand">Add hidden seats</option>
            {isOwner && <option value="reset">Reset</option>}
          </SelectField>
          <SelectField
            id="preview-tier"
            name="tier"
            label="Tier"
            hint="For added seats"
            defaultValue={entered?.tier}
          >
            <option value="ga">GA</option>
            <option value="vip">VIP</option>
          </SelectField>
          <TextField
            id="preview-additionalSpots"
            name="additionalSpots"
            label="Seats for each city"
            hint="For added seats"
            inputMode="numeric"
            defaultValue={entered?.additionalSpots ?? '5'}
            error={problemAt(refused, 'preview-additionalSpots')}
          />
          <TextField
            id="preview-reason"
            name="reason"
            label="Why"
            hint={isOwner ? 'A reset needs a reason' : undefined}
            maxLength={255}
            defaultValue={entered?.reason}
            error={problemAt(refused, 'preview-reason')}
          />
        </div>
        <div>
          <Button name="form" value="preview">
            See what it would change
          </Button>
        </div>
      </section>
    </Form>
  )
}

function Choices({ cities, label }: { cities: readonly BulkCity[]; label: string }) {
  return (
    <ul className="choices" aria-label={label}>
      {cities.map(({ id, name, days, sold, isChosen }) => (
        <li key={id}>
          <label className="check">
            <input type="checkbox" name="cityId" value={id} defaultChecked={isChosen} />
            <span>
              {name}{' '}
              <span className="small muted figures">
                {days}: {sold}
              </span>
            </span>
          </label>
        </li>
      ))}
    </ul>
  )
}

function Filter({ page: { search, show } }: { page: BulkChoice }) {
  return (
    <div className="filters" role="search">
      <TextField
        key={`search ${search}`}
        id="search"
        name="search"
        label="Find cities"
        type="search"
        hint="What is ticked below stays ticked"
        defaultValue={search}
        maxLength={100}
      />
      <SelectField key={`show ${show}`} id="show" name="show" label="Show" defaultValue={show}>
        <option value="all">All cities</option>
        <SaleStateOptions />
      </SelectField>
      <div className="row filters__buttons">
        <Button look="quiet" name="form" value="show">
          Show
        </Button>
        {(search !== '' || show !== 'all') && (
          <Button look="quiet" name="form" value="show-all">
            All cities
          </Button>
        )}
      </div>
    </div>
  )
}

/** A button of the form, so that what is ticked elsewhere stays so; it works without scripts. */
function ChooseAll({ page: { isAllChosen, cities } }: { page: BulkChoice }) {
  if (cities.length === 0) return <p className="muted">No city fits. Change what you look for.</p>
  return (
    <div>
      <Button look="quiet" name="form" value={isAllChosen ? 'choose-none' : 'choose-all'}>
        {isAllChosen ? 'Choose none' : `Choose all ${cities.length}`}
      </Button>
    </div>
  )
}
