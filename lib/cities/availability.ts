import { readFigures } from '@/lib/inventory/figures'
import { getActualAvailableSpots } from '@/lib/inventory/stock-functions'
import { toPublicStock } from '@/lib/inventory/public-stock'
import { type City, getCityById, listCities } from './cities'

/** Seats that can still be sold, hidden ones included: 0 for an unknown city or tier. For admins only. */
export async function getTotalAvailableSpots(cityId: string, tier: string): Promise<number> {
  return getActualAvailableSpots(cityId, tier)
}

/** Whether a customer could buy there now: on sale, and a seat within an ordinary buyer's reach. */
export async function isCityAvailable(cityId: string): Promise<boolean> {
  const city = await getCityById(cityId)
  if (city?.saleState !== 'on_sale') return false
  return citiesWithSeats([city], await readFigures({ cityId })).length > 0
}

/** The cities where a customer could buy now, in order of date. */
export async function getAvailableCities(): Promise<City[]> {
  const [cities, figures] = await Promise.all([listCities(), readFigures()])
  return citiesWithSeats(
    cities.filter((city) => city.saleState === 'on_sale'),
    figures,
  )
}

function citiesWithSeats(cities: readonly City[], figures: Parameters<typeof toPublicStock>[0]): City[] {
  const { stock, lastSeats } = toPublicStock(figures)
  const open = new Set(
    stock
      .filter(({ cityId, publicAvailable: left }) => {
        const hidden = lastSeats.get(cityId)
        return left.ga > 0 || left.vip > 0 || hidden?.ga || hidden?.vip
      })
      .map(({ cityId }) => cityId),
  )
  return cities.filter((city) => open.has(city.id))
}
