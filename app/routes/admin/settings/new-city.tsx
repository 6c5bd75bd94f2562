import { randomUUID } from 'node:crypto'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { Form, useActionData, useLoaderData } from '@remix-run/react'
import { Button, ButtonLink } from '@/app/components/button'
import { CityFields } from '@/app/components/console/city-fields'
import { FormKey } from '@/app/components/console/form-key'
import { Refusal } from '@/app/components/console/refusal'
import { SaleStateOptions } from '@/app/components/console/sale-state-options'
import { SelectField, TextField } from '@/app/components/field'
import { PageHeader } from '@/app/components/page-header'
import { problemAt } from '@/app/components/problem-at'
import { newCityValues } from '@/app/presenters/console/city-settings'
import { readNewCityFields } from '@/app/forms/city'
import { doneAt } from '@/app/forms/console-notice'
import { refuseForm, refuseUnreadable } from '@/app/forms/form-refusal'
import { isRepeat, onceForm, refuseRepeat } from '@/app/forms/once-form'
import { readForm } from '@/app/forms/read-form'
import { requirePrincipal } from '@/app/web/require-principal'
import { createCity } from '@/lib/cities/admin-cities'
import { newCity } from '@/lib/cities/city-input'
import { tierLabel, tiers } from '@/lib/tier'

export const meta: MetaFunction = () => [{ title: 'Add a city – Console' }]

export async function loader({ context }: LoaderFunctionArgs) {
  await requirePrincipal(context, 'own')
  return { values: newCityValues, formKey: randomUUID() }
}

export async function action({ request, context }: ActionFunctionArgs) {
  const form = await readForm(request)
  const signedIn = await requirePrincipal(context, 'own')
  const { audit } = signedIn
  const read = newCity.safeParse(readNewCityFields(form))
  if (!read.success) return refuseUnreadable(form, read.error, { audit, action: 'city.create' })
  const { id, details, publicLimits } = read.data
  const made = await onceForm(form, signedIn, 'city.create', () => createCity(read.data, audit))
  if (!made.ok)
    return isRepeat(made.code)
      ? refuseRepeat(form, made.code)
      : refuseForm(form, `There is a city with the id ${id} already.`, { fieldId: 'create-id' })
  await context.liveStock.refresh()
  return doneAt(
    `/admin/settings/cities/${id}`,
    `${details.name} is there`,
    `${publicLimits.ga} GA and ${publicLimits.vip} VIP seats.`,
  )
}

export { revalidateAlways as shouldRevalidate } from '@/app/live/revalidate-always'

export default function NewCity() {
  const { values, formKey } = useLoaderData<typeof loader>()
  const refused = useActionData<typeof action>()
  return (
    <div className="stack stack--loose">
      <PageHeader
        title="Add a city"
        lead="It appears in the list of workshops at once, in order of its date."
      />
      <Refusal refused={refused} title="The city was not added" />
      <Form method="post" className="panel" noValidate>
        <FormKey value={refused?.key ?? formKey} />
        <h2>The city</h2>
        <div className="narrow">
          <TextField
            id="create-id"
            name="id"
            label="Id"
            hint="Part of addresses and of Stripe’s data, such as dallas-jan-2026. It never changes."
            maxLength={64}
            defaultValue={refused?.entered.id}
            error={problemAt(refused, 'create-id')}
          />
        </div>
        <CityFields prefix="create-details" values={values} refused={refused} />
        <div className="form-grid">
          {tiers.map((tier) => (
            <TextField
              key={tier}
              id={`create-publicLimits-${tier}`}
              name={`${tier}-limit`}
              label={`${tierLabel(tier)} seats that customers see`}
              inputMode="numeric"
              defaultValue={refused?.entered[`${tier}-limit`] ?? values[`${tier}-limit`]}
              error={problemAt(refused, `create-publicLimits-${tier}`)}
            />
          ))}
          <SelectField
            id="create-saleState"
            name="saleState"
            label="Sale"
            defaultValue={refused?.entered.saleState}
            error={problemAt(refused, 'create-saleState')}
          >
            <SaleStateOptions />
          </SelectField>
        </div>
        <div className="row">
          <Button name="form" value="create">
            Add the city
          </Button>
          <ButtonLink to="/admin/settings/cities" look="quiet">
            Back
          </ButtonLink>
        </div>
      </Form>
    </div>
  )
}
