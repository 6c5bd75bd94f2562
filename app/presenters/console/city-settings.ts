import { formatShortDays } from '@/app/format/dates'
import { type CityListQuery, cityPage, searched } from '@/lib/analytics/city-list'
import { formatMoney, writeAmount } from '@/lib/money'
import { detailsVersion } from '@/lib/cities/admin-cities'
import type { CityDetails } from '@/lib/cities/city-input'
import {
  type AdminCity,
  listCityNames,
  readCitiesForAdmins,
  readCityForAdmins,
} from '@/lib/cities/read-admin-cities'
import { defaultPublicLimits, perTier, tiers } from '@/lib/tier'

export interface CitySettingsRow {
  id: string
  name: string
  days: string
  prices: string
  limits: string
  saleState: AdminCity['saleState']
  isArchived: boolean
}

/** A page of the cities that are looked for, archived ones too. Only those on the page are read whole. */
export async function presentCitiesSettings({ search, page }: Pick<CityListQuery, 'search' | 'page'>) {
  const { cities: named, ...counts } = cityPage(searched(await listCityNames(), search), page)
  const cities = await readCitiesForAdmins(named.map(({ id }) => id))
  return { ...counts, rows: cities.map(presentCity) }
}

function presentCity({ id, details, saleState, isArchived, limits }: AdminCity): CitySettingsRow {
  return {
    id,
    saleState,
    isArchived,
    name: details.name,
    days: formatShortDays(details.startsOn, details.endsOn),
    prices: tiers.map((tier) => priceOf(details, tier)).join(' / '),
    limits: tiers.map((tier) => limits[tier].publicLimit).join(' / '),
  }
}

/** What can be edited of a city; null where there is none of this id. */
export async function presentCitySettings(id: string) {
  const city = await readCityForAdmins(id)
  if (!city) return null
  const { details, saleState, isArchived, limits } = city
  return {
    id,
    saleState,
    isArchived,
    publicLimits: perTier((tier) => limits[tier].publicLimit),
    name: details.name,
    version: detailsVersion(details),
    values: valuesOf(details),
    sold: limits.ga.sold + limits.vip.sold,
    held: limits.ga.held + limits.vip.held,
  }
}

/** What the form of a new city begins with. */
export const newCityValues: Record<string, string> = {
  timeZone: 'America/Chicago',
  holdMinutes: '15',
  'ga-amount': '1000',
  'vip-amount': '1500',
  'ga-currency': 'usd',
  'vip-currency': 'usd',
  'ga-limit': String(defaultPublicLimits.ga),
  'vip-limit': String(defaultPublicLimits.vip),
}

function valuesOf(details: CityDetails): Record<string, string> {
  const { name, venue, address, timeZone, startsOn, endsOn, holdMinutes, prices } = details
  return {
    name,
    venue,
    address,
    timeZone,
    startsOn,
    endsOn,
    holdMinutes: String(holdMinutes),
    ...Object.fromEntries(
      tiers.flatMap((tier) => [
        [`${tier}-amount`, writeAmount(prices[tier].amountCents, prices[tier].currency)],
        [`${tier}-currency`, prices[tier].currency],
        [`${tier}-stripePriceId`, prices[tier].stripePriceId ?? ''],
      ]),
    ),
  }
}

function priceOf({ prices }: CityDetails, tier: (typeof tiers)[number]): string {
  const { amountCents, currency, stripePriceId } = prices[tier]
  return stripePriceId ?? formatMoney(amountCents, currency)
}
