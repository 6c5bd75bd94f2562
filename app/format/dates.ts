import { dateFormat, kept } from '@/lib/kept-formats'
import { formatExactly as exactly } from '@/lib/moment-text'
import { unbroken } from './unbroken'
import { dayOf, wallClock } from './wall-clock'

/*
 * Called on the server only: engines differ in the blanks and dashes they put into dates, and a page must
 * read the same before and after its script has started.
 */

/** Calendar days for people: `January 17 – 18, 2026`. Days are `YYYY-MM-DD`, without a time zone. */
export function formatDays(startsOn: string, endsOn: string): string {
  return formatRange('long', startsOn, endsOn)
}

/** The same where there is little room: `Jan 17 – 18, 2026`. */
export function formatShortDays(startsOn: string, endsOn: string): string {
  return formatRange('medium', startsOn, endsOn)
}

/** The calendar day of a moment in the city: `Jan 17`; with the year where it is another one. */
export function formatDay(moment: Date, timeZone: string, now: Date): string {
  const isThisYear = dayIn(timeZone, moment).slice(0, 4) === dayIn(timeZone, now).slice(0, 4)
  return dateFormat({
    month: 'short',
    day: 'numeric',
    ...(isThisYear ? {} : { year: 'numeric' }),
    timeZone,
  }).format(moment)
}

/** The hour of a moment in the city: `3 PM`. */
export function formatHour(moment: Date, timeZone: string): string {
  return dateFormat({ hour: 'numeric', timeZone }).format(moment)
}

/** How long ago, roughly: `just now`, `5 min ago`, `3 h ago`, `12 days ago`. */
export function formatAgo(moment: Date, now: Date): string {
  const minutes = Math.floor((now.getTime() - moment.getTime()) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h ago`
  return `${Math.floor(hours / 24)} days ago`
}

/**
 * A moment as a clock in the city shows it: `2:32 PM CST`; with the day where it is another one there. The clock's words
 * stay on one line.
 */
export function formatMoment(moment: Date, timeZone: string, now: Date): string {
  const isToday = dayIn(timeZone, moment) === dayIn(timeZone, now)
  return unbroken(
    dateFormat({
      ...(isToday ? {} : { month: 'long', day: 'numeric' }),
      hour: 'numeric',
      minute: '2-digit',
      timeZone,
      timeZoneName: 'short',
    }).format(moment),
  )
}

/** Day and clock in the city, always both: `Jan 17, 2026, 2:32 PM CST`. The clock's words stay on one line. */
export function formatExactly(moment: Date, timeZone: string): string {
  return unbroken(exactly(moment, timeZone))
}

/** Whether the last day has ended in the city. */
export function isPast(endsOn: string, timeZone: string, now: Date): boolean {
  return endsOn < dayIn(timeZone, now)
}

/** Kept, since ranges are slow to write, and only the cities' own are written. */
function formatRange(dateStyle: 'long' | 'medium', startsOn: string, endsOn: string): string {
  return kept(ranges, [dateStyle, startsOn, endsOn], () =>
    dateFormat({ dateStyle, timeZone: 'UTC' }).formatRange(noon(startsOn), noon(endsOn)),
  )
}

const ranges = new Map<string, string>()

function noon(day: string): Date {
  return new Date(`${day}T12:00:00Z`)
}

function dayIn(timeZone: string, moment: Date): string {
  return dayOf(wallClock(moment, timeZone))
}
