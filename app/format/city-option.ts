import { formatShortDays } from './dates'

/** A city where it is chosen from a list; cities of one name differ by their days: `Dallas, Jan 26 – 27, 2026`. */
export function cityOption(city: { name: string; startsOn: string; endsOn: string }): string {
  return `${city.name}, ${formatShortDays(city.startsOn, city.endsOn)}`
}
