import { FilterForm } from '@/app/components/console/filter-form'
import { SelectField, TextField } from '@/app/components/field'
import { saleStateWords } from '@/app/format/sale-states'
import type { CityListQuery } from '@/lib/analytics/city-list'

/** Search, filter and order of the list of cities. */
export function CityFilter({ query }: { query: CityListQuery }) {
  const isFiltered = query.search !== '' || query.filter !== 'all' || query.order !== 'date'
  return (
    <FilterForm
      action="/admin#cities"
      preventScrollReset
      wanted={query}
      whole={isFiltered && { to: '/admin#cities', text: 'All cities' }}
    >
      <TextField
        id="search"
        name="search"
        label="Find a city"
        type="search"
        defaultValue={query.search}
        maxLength={100}
      />
      <SelectField id="show" name="show" label="Show" defaultValue={query.filter}>
        {filters.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </SelectField>
      <SelectField id="order" name="order" label="Order" defaultValue={query.order}>
        {orders.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </SelectField>
    </FilterForm>
  )
}

const filters: [CityListQuery['filter'], string][] = [
  ['all', 'All cities'],
  ['on_sale', saleStateWords.on_sale],
  ['low', 'Low stock'],
  ['sold_out', 'Sold out'],
  ['hidden', 'With hidden seats'],
  ['upcoming', saleStateWords.upcoming],
  ['paused', saleStateWords.paused],
  ['closed', saleStateWords.closed],
  ['past', 'Date has passed'],
]

const orders: [CityListQuery['order'], string][] = [
  ['date', 'Date'],
  ['name', 'Name'],
  ['share', 'Most sold first'],
  ['left', 'Fewest left first'],
]
