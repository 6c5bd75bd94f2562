import { formatShortDays } from '@/app/format/dates'
import { type CityFigures, readCityFigures } from '@/lib/analytics/cities'
import { largestBulk } from '@/lib/inventory/admin'

export interface BulkCity {
  id: string
  name: string
  days: string
  sold: string
}

const bulkFilters = ['all', 'upcoming', 'on_sale', 'paused', 'closed'] as const

/** The cities to choose from. */
export async function presentBulkChoice(query: URLSearchParams) {
  const search = query.get('search')?.trim().slice(0, 100) ?? ''
  const show = bulkFilters.find((filter) => filter === query.get('show')) ?? 'all'
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const found = (await readCityFigures()).filter(
    (city) =>
      (show === 'all' || city.saleState === show) &&
      words.every((word) => `${city.name} ${city.id}`.toLowerCase().includes(word)),
  )
  return {
    search,
    show,
    found: found.length,
    cities: found.slice(0, largestBulk).map(presentCity),
    isAllChosen: query.get('choose') === 'all',
  }
}

export type BulkChoice = Awaited<ReturnType<typeof presentBulkChoice>>

function presentCity({ id, name, startsOn, endsOn, stock }: CityFigures): BulkCity {
  const tier = (one: 'ga' | 'vip') => `${stock.sold[one]} of ${stock.actualLimits[one]} ${one.toUpperCase()}`
  return { id, name, days: formatShortDays(startsOn, endsOn), sold: `${tier('ga')}, ${tier('vip')}` }
}
