import { expect, test } from 'vitest'
import { citiesAPage, type CityListQuery, listCityPage } from '@/lib/analytics/city-list'
import { defaultThresholds } from '@/lib/alerts/thresholds'
import { cityFigures } from '@/tests/unit/app/console-stories'

const cities = [
  cityFigures({ id: 'dallas-jan-2026', name: 'Dallas', stock: { ga: { sold: 34 } } }),
  cityFigures({ id: 'nyc-apr-2026', name: 'New York', saleState: 'paused', isPast: true }),
  cityFigures({ id: 'sf-jun-2026', name: 'San Francisco', stock: { ga: { limit: 40 } } }),
  cityFigures({ id: 'x', name: 'Åre', stock: { ga: { sold: 35 }, vip: { sold: 15 } } }),
]

function names(query: Partial<CityListQuery>, all = cities) {
  const page = listCityPage(
    all,
    { search: '', filter: 'all', order: 'date', page: 1, ...query },
    defaultThresholds,
  )
  return page.cities.map(({ name }) => name)
}

test.each<[Partial<CityListQuery>, string[]]>([
  [{}, ['Dallas', 'New York', 'San Francisco', 'Åre']],
  [{ search: 'york new' }, ['New York']],
  [{ search: 'SF-JUN' }, ['San Francisco']],
  [{ search: 'nowhere' }, []],
  [{ filter: 'low' }, ['Dallas']],
  [{ filter: 'sold_out' }, ['Åre']],
  [{ filter: 'hidden' }, ['San Francisco']],
  [{ filter: 'paused' }, ['New York']],
  [{ filter: 'past' }, ['New York']],
  [{ filter: 'on_sale', search: 'a' }, ['Dallas', 'San Francisco']],
  [{ order: 'name' }, ['Åre', 'Dallas', 'New York', 'San Francisco']],
  [{ order: 'share' }, ['Åre', 'Dallas', 'New York', 'San Francisco']],
  [{ order: 'left' }, ['Åre', 'Dallas', 'New York', 'San Francisco']],
])('%j', (query, expected) => {
  expect(names(query)).toEqual(expected)
})

test('pages, and the last one for a number that is too high', () => {
  const many = Array.from({ length: citiesAPage + 3 }, (_, index) =>
    cityFigures({ id: `c-${index}`, name: `C${index}` }),
  )
  expect(names({}, many)).toHaveLength(citiesAPage)
  expect(names({ page: 2 }, many)).toEqual(['C50', 'C51', 'C52'])
  expect(names({ page: 99 }, many)).toEqual(['C50', 'C51', 'C52'])
  expect(listCityPage([], { search: '', filter: 'all', order: 'date', page: 7 }, defaultThresholds)).toEqual({
    cities: [],
    found: 0,
    page: 1,
    pages: 1,
  })
})
