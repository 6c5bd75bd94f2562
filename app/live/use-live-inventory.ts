import type { CityNumbers } from '@/app/presenters/console/seat-numbers'
import { useLiveFeed } from './use-live-feed'

/** All numbers of the cities on a page, kept up to date by server-sent events. For the console. */
export function useLiveInventory(loaded: readonly CityNumbers[]) {
  const cities = loaded.map(({ cityId }) => cityId).join(',')
  const url = `/admin/stock-stream?${new URLSearchParams({ cities }).toString()}`
  const { stock, liveness } = useLiveFeed(url, loaded, readAnswer)
  return { stock: loaded.map((one) => stock[one.cityId] ?? one), liveness }
}

function readAnswer(json: string): CityNumbers[] {
  return JSON.parse(json) as CityNumbers[]
}
