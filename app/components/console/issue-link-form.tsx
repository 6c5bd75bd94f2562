import { Form } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { SelectField, TextField } from '@/app/components/field'
import { problemAt } from '@/app/components/problem-at'
import type { FormRefusal } from '@/app/forms/form-refusal'
import { FormKey } from './form-key'

export function IssueLinkForm(props: {
  /** `notOnSale` says why seats of a city cannot be bought now, not even by a link. */
  cities: readonly { id: string; name: string; notOnSale: string | null }[]
  cityId: string | null
  formKey: string
  refused: FormRefusal | undefined
}) {
  const { cities, cityId } = props
  const refused = props.refused?.form === 'issue' ? props.refused : undefined
  const entered = refused?.entered
  const problem = (name: string) => problemAt(refused, `issue-${name}`)
  return (
    <section className="panel" aria-labelledby="issue">
      <h2 id="issue">New link</h2>
      <Form method="post" className="stack" noValidate>
        <FormKey value={refused?.key ?? props.formKey} />
        <div className="form-grid">
          <SelectField
            id="issue-cityId"
            name="cityId"
            label="City"
            defaultValue={entered?.cityId ?? cityId ?? undefined}
            error={problem('cityId')}
          >
            {cities.map(({ id, name, notOnSale }) => (
              <option key={id} value={id}>
                {notOnSale === null ? name : `${name} (${notOnSale})`}
              </option>
            ))}
          </SelectField>
          <SelectField
            id="issue-tier"
            name="tier"
            label="Tier"
            defaultValue={entered?.tier}
            error={problem('tier')}
          >
            <option value="ga">GA</option>
            <option value="vip">VIP</option>
          </SelectField>
          <TextField
            id="issue-seats"
            name="seats"
            label="Seats at most"
            inputMode="numeric"
            defaultValue={entered?.seats ?? '2'}
            error={problem('seats')}
          />
          <TextField
            id="issue-days"
            name="days"
            label="Lasts, in days"
            inputMode="numeric"
            defaultValue={entered?.days ?? '14'}
            error={problem('days')}
          />
          <TextField
            id="issue-email"
            name="email"
            label="Only for this email (optional)"
            type="email"
            autoComplete="off"
            defaultValue={entered?.email}
            error={problem('email')}
          />
          <TextField
            id="issue-note"
            name="note"
            label="Note (optional)"
            maxLength={255}
            defaultValue={entered?.note}
            error={problem('note')}
          />
        </div>
        <div>
          <Button name="form" value="issue">
            Make the link
          </Button>
        </div>
      </Form>
    </section>
  )
}
