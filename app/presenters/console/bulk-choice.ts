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
  isChosen: boolean
}

const bulkFilters = ['all', 'upcoming', 'on_sale', 'paused', 'closed'] as const

/** What an admin looks for, and has ticked so far. */
export interface BulkAsked {
  search: string | null
  show: string | null
  /** Ids of cities, also of ones that are not there. */
  chosen: readonly string[]
  /** All that are found are to be ticked. */
  isAllChosen: boolean
}

/** The cities to choose from, and those that are chosen already. */
export async function presentBulkChoice({ chosen: ids, isAllChosen, ...asked }: BulkAsked) {
  const search = asked.search?.trim().slice(0, 100) ?? ''
  const show = bulkFilters.find((filter) => filter === asked.show) ?? 'all'
  const all = await readCityFigures()
  const found = searched(all, search).filter(({ saleState }) => show === 'all' || saleState === show)
  const shown = found.slice(0, largestBulk)
  const shownIds = new Set(shown.map(({ id }) => id))
  const chosen = new Set(ids)
  return {
    search,
    show,
    found: found.length,
    cities: shown.map((city) => presentCity(city, isAllChosen || chosen.has(city.id))),
    /** Chosen before, and not among those that are looked for now. */
    others: all
      .filter(({ id }) => chosen.has(id) && !shownIds.has(id))
      .map((city) => presentCity(city, true)),
    isAllChosen,
  }
}

export type BulkChoice = Awaited<ReturnType<typeof presentBulkChoice>>

function presentCity({ id, name, startsOn, endsOn, stock }: CityFigures, isChosen: boolean): BulkCity {
  const sold = tiers.map((tier) => `${stock.sold[tier]} of ${stock.actualLimits[tier]} ${tierLabel(tier)}`)
  return { id, name, days: formatShortDays(startsOn, endsOn), sold: sold.join(', '), isChosen }
}
