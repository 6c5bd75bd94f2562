import { formatShortDays } from './dates'

/** A city where it is chosen from a list; cities of one name differ by their first day: `Dallas, Jan 26, 2026`. */
export function cityOption({ name, startsOn }: { name: string; startsOn: string }): string {
  return `${name}, ${formatShortDays(startsOn, startsOn)}`
}
