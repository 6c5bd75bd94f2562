import { dateFormat } from './kept-formats'

/** Day and clock in the city, always both: `Jan 17, 2026, 2:32 PM CST`. For what is read later, and for tables. */
export function formatExactly(moment: Date, timeZone: string): string {
  return dateFormat({ year: 'numeric', ...dayAndClock, timeZone }).format(moment)
}

/** The same where every character counts: `Jan 17, 2:32 PM CST`. */
export function formatTersely(moment: Date, timeZone: string): string {
  return dateFormat({ ...dayAndClock, timeZone }).format(moment)
}

const dayAndClock = {
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  timeZoneName: 'short',
} as const
