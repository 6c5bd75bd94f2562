import { formatShortDays } from '@/app/format/dates'
import { type CityFigures, readCityFigures } from '@/lib/analytics/cities'
import { searched } from '@/lib/analytics/city-list'
import { largestBulk } from '@/lib/inventory/admin'
import { tierLabel, tiers } from '@/lib/tier'

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
  const found = searched(await readCityFigures(), search).filter(
    ({ saleState }) => show === 'all' || saleState === show,
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
  const sold = tiers.map((tier) => `${stock.sold[tier]} of ${stock.actualLimits[tier]} ${tierLabel(tier)}`)
  return { id, name, days: formatShortDays(startsOn, endsOn), sold: sold.join(', ') }
}
