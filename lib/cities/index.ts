export type { SaleState } from '@/db/tables/cities'
export { type City, getCityById, listCities, type Price } from './cities'
export { getAvailableCities, getTotalAvailableSpots, isCityAvailable } from './availability'
