import { FilterForm } from '@/app/components/console/filter-form'
import { TextField } from '@/app/components/field'

/** Looks for cities by name or id. */
export function CitySearch({ action, search }: { action: string; search: string }) {
  return (
    <FilterForm action={action} wanted={search} whole={search !== '' && { to: action, text: 'All cities' }}>
      <TextField
        id="search"
        name="search"
        label="Find a city"
        type="search"
        defaultValue={search}
        maxLength={100}
      />
    </FilterForm>
  )
}
