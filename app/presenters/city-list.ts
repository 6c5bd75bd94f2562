import type { StockView } from '@/app/web/stock/live-stock'
import type { PublicStock } from '@/app/web/stock/public-answer'
import { formatDays, isPast } from '@/app/format/dates'
import type { City, Price, SaleState } from '@/lib/cities'
import { type PerTier, perTier } from '@/lib/tier'

/** A city as its card shows it. */
export interface CityCardModel {
  id: string
  name: string
  venue: string
  days: string
  isPast: boolean
  saleState: SaleState
  hasLastSeats: PerTier<boolean>
  /** The lowest price. */
  from: { amountCents: number; currency: string }
}

export interface CityList {
  cities: CityCardModel[]
  stock: PublicStock[]
}

/** All cities with their public stock, in order of date; those that are over come last. */
export function presentCityList(view: StockView, now: Date): CityList {
  const cards = view.cities.map((city) => presentCard(view, city, now))
  return {
    cities: [...cards.filter((card) => !card.isPast), ...cards.filter((card) => card.isPast)],
    stock: view.cities.flatMap((city) => view.stock(city.id) ?? []),
  }
}

function presentCard(view: StockView, city: City, now: Date): CityCardModel {
  return {
    id: city.id,
    name: city.name,
    venue: city.venue,
    days: formatDays(city.startsOn, city.endsOn),
    isPast: isPast(city.endsOn, city.timeZone, now),
    saleState: city.saleState,
    hasLastSeats: lastSeats(view, city.id),
    from: presentPrice(lowestOf(city)),
  }
}

/** By tier, whether seats may still sell although the public number is 0. */
export function lastSeats(view: StockView, cityId: string): PerTier<boolean> {
  return perTier((tier) => view.hasLastSeats(cityId, tier))
}

/** What customers need of a price. */
export function presentPrice({ amountCents, currency }: Price) {
  return { amountCents, currency }
}

function lowestOf({ prices }: City): Price {
  return prices.vip.amountCents < prices.ga.amountCents ? prices.vip : prices.ga
}
