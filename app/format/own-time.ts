import { dateFormat } from '@/lib/kept-formats'
import { unbroken } from './unbroken'

/**
 * What a clock shows at a moment: `2026-01-17 05:28`, the same text from every engine.
 *
 * @param timeZone by default where this runs
 */
export function wallClock(moment: Date, timeZone?: string): string {
  const parts = dateFormat({
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  }).formatToParts(moment)
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`
}

/**
 * A moment by the visitor's own clock, for somebody who has been told the city's: `2:28 PM`, with the day where it is
 * another one than in the city. Null where both clocks show the same.
 *
 * @param cityClock what `wallClock` shows in the city: a browser may not know a young time zone by its name
 * @param timeZone the visitor's; by default where this runs
 */
export function ownTime(moment: Date, cityClock: string, timeZone?: string): string | null {
  const own = wallClock(moment, timeZone)
  if (own === cityClock) return null
  const isSameDay = dayOf(own) === dayOf(cityClock)
  return unbroken(
    dateFormat({
      ...(isSameDay ? {} : { month: 'long', day: 'numeric' }),
      hour: 'numeric',
      minute: '2-digit',
      timeZone,
    }).format(moment),
  )
}

function dayOf(clock: string): string {
  return clock.slice(0, 10)
}
