import { Form, Link, useLocation } from '@remix-run/react'
import { Button, ButtonLink } from '@/app/components/button'
import { SelectField, TextField } from '@/app/components/field'
import { cities } from '@/app/format/cities'
import type { BulkChoice } from '@/app/presenters/console/bulk-choice'
import type { FormRefusal } from '@/app/web/form-refusal'
import { problemAt } from '../problem-at'
import { SaleStateOptions } from '../sale-state-options'

/** Which cities, and what to do with them. */
export function BulkChoiceForm({
  page,
  refused,
}: {
  page: BulkChoice & { isOwner: boolean }
  refused: FormRefusal | undefined
}) {
  const entered = refused?.entered
  const chosen = new Set(entered?.cityId?.split(','))
  return (
    <>
      <Filter page={page} />
      <Form method="post" action="/admin/bulk" className="stack stack--loose" noValidate>
        <fieldset className="stack">
          <legend>
            <h2 id="preview-cityIds">
              {cities(page.found)}
              {page.found > page.cities.length && `, the first ${page.cities.length} are shown`}
            </h2>
          </legend>
          <ChooseAll page={page} />
          <ul className="choices">
            {page.cities.map(({ id, name, days, sold }) => (
              <li key={id}>
                <label className="check">
                  <input
                    key={String(page.isAllChosen)}
                    type="checkbox"
                    name="cityId"
                    value={id}
                    defaultChecked={entered ? chosen.has(id) : page.isAllChosen}
                  />
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
              {page.isOwner && <option value="reset">Reset</option>}
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
              hint={page.isOwner ? 'A reset needs a reason' : undefined}
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
    </>
  )
}

function Filter({ page: { search, show } }: { page: BulkChoice }) {
  return (
    <Form method="get" className="filters" role="search" key={`${search} ${show}`}>
      <TextField
        id="search"
        name="search"
        label="Find cities"
        type="search"
        hint="A new search forgets what is ticked below"
        defaultValue={search}
        maxLength={100}
      />
      <SelectField id="show" name="show" label="Show" defaultValue={show}>
        <option value="all">All cities</option>
        <SaleStateOptions />
      </SelectField>
      <div className="row filters__buttons">
        <Button look="quiet">Show</Button>
        {(search !== '' || show !== 'all') && (
          <ButtonLink to="/admin/bulk" look="quiet">
            All cities
          </ButtonLink>
        )}
      </div>
    </Form>
  )
}

/** A link, so that it works without scripts. */
function ChooseAll({ page: { isAllChosen, cities } }: { page: BulkChoice }) {
  const query = new URLSearchParams(useLocation().search)
  if (isAllChosen) query.delete('choose')
  else query.set('choose', 'all')
  if (cities.length === 0) return <p className="muted">No city fits. Change what you look for.</p>
  return (
    <p>
      <Link to={`/admin/bulk?${query.toString()}`} preventScrollReset>
        {isAllChosen ? 'Choose none' : `Choose all ${cities.length}`}
      </Link>
    </p>
  )
}
