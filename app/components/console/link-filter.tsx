import { Form } from '@remix-run/react'
import { Button, ButtonLink } from '@/app/components/button'
import { SelectField } from '@/app/components/field'

/** Which private links the list shows: those that somebody can still buy through, unless all are asked for. */
export function LinkFilter({
  cities,
  cityId,
  show,
}: {
  cities: readonly { id: string; name: string }[]
  cityId: string | null
  show: 'active' | 'all'
}) {
  const isFiltered = cityId !== null || show === 'all'
  return (
    <Form method="get" className="filters" role="search" key={`${cityId} ${show}`}>
      <SelectField id="cityId" name="cityId" label="Links of" defaultValue={cityId ?? ''}>
        <option value="">All cities</option>
        {cities.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      <SelectField id="show" name="show" label="Which" defaultValue={show}>
        <option value="active">Active ones</option>
        <option value="all">All</option>
      </SelectField>
      <div className="row filters__buttons">
        <Button look="quiet">Show</Button>
        {isFiltered && (
          <ButtonLink to="/admin/links" look="quiet">
            All active links
          </ButtonLink>
        )}
      </div>
    </Form>
  )
}
