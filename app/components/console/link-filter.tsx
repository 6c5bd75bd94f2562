import { FilterForm } from '@/app/components/console/filter-form'
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
    <FilterForm
      wanted={{ cityId, show }}
      whole={isFiltered && { to: '/admin/links', text: 'All active links' }}
    >
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
    </FilterForm>
  )
}
