export { type City, getCityById, listCities, type Price, type SaleState } from './cities'
export { getAvailableCities, getTotalAvailableSpots, isCityAvailable } from './availability'
