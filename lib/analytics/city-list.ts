import type { Threshold } from '@/lib/alerts/thresholds'
import type { InventoryStatus } from '@/lib/inventory/status'
import { tiers } from '@/lib/tier'
import type { CityFigures } from './cities'
import { hasLowStock } from './stock-level'

/** Which cities a list shows. */
export const cityFilters = [
  'all',
  'on_sale',
  'low',
  'sold_out',
  'hidden',
  'upcoming',
  'paused',
  'closed',
  'past',
] as const
export type CityFilter = (typeof cityFilters)[number]

export const cityOrders = ['date', 'name', 'share', 'left'] as const
export type CityOrder = (typeof cityOrders)[number]

export interface CityListQuery {
  /** A part of the name or of the id; case does not matter. */
  search: string
  filter: CityFilter
  order: CityOrder
  /** From 1 on. One that is too high is the last one. */
  page: number
}

export interface CityListPage<City> {
  cities: City[]
  /** How many the search and filter left. */
  found: number
  page: number
  pages: number
}

export const citiesAPage = 50

/** A page of the cities that are looked for. Pure. */
export function listCityPage(
  cities: readonly CityFigures[],
  { search, filter, order, page: wanted }: CityListQuery,
  thresholds: readonly Threshold[],
): CityListPage<CityFigures> {
  const found = searched(cities, search).filter((city) => passes(city, filter, thresholds))
  return cityPage(order === 'date' ? found : found.toSorted(comparisons[order]), wanted)
}

/**
 * A page of a list of cities that is complete. Pure.
 *
 * @param wanted from 1 on. One that is too high is the last one
 */
export function cityPage<City>(found: readonly City[], wanted: number): CityListPage<City> {
  const pages = Math.max(1, Math.ceil(found.length / citiesAPage))
  const page = Math.min(Math.max(1, wanted), pages)
  return {
    cities: found.slice((page - 1) * citiesAPage, page * citiesAPage),
    found: found.length,
    page,
    pages,
  }
}

/** The cities whose name and id have all words of a search, in any case. Pure. */
export function searched<City extends { name: string; id: string }>(
  cities: readonly City[],
  search: string,
): City[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return cities.filter(({ name, id }) => words.every((word) => `${name} ${id}`.toLowerCase().includes(word)))
}

function passes(city: CityFigures, filter: CityFilter, thresholds: readonly Threshold[]): boolean {
  const { stock } = city
  switch (filter) {
    case 'all':
      return true
    case 'on_sale':
    case 'upcoming':
    case 'paused':
    case 'closed':
      return city.saleState === filter
    case 'low':
      return hasLowStock(stock, thresholds)
    case 'sold_out':
      return stock.isActualSoldOut
    case 'hidden':
      return tiers.some((tier) => stock.actualLimits[tier] > stock.publicLimits[tier])
    case 'past':
      return city.isPast
  }
}

/** Equal ones stay in order of date. */
const comparisons: Record<Exclude<CityOrder, 'date'>, (one: CityFigures, other: CityFigures) => number> = {
  name: (one, other) => one.name.localeCompare(other.name, 'en'),
  share: (one, other) => soldShare(other.stock) - soldShare(one.stock),
  left: (one, other) => left(one.stock) - left(other.stock),
}

/** Sold seats as a part of those that exist, 0 to 1. */
function soldShare({ sold, actualLimits }: Pick<InventoryStatus, 'sold' | 'actualLimits'>): number {
  const limit = actualLimits.ga + actualLimits.vip
  return limit > 0 ? (sold.ga + sold.vip) / limit : 0
}

function left({ actualAvailable }: InventoryStatus): number {
  return actualAvailable.ga + actualAvailable.vip
}
