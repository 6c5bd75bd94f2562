import { dateFormat } from '@/lib/kept-formats'
import { unbroken } from './unbroken'
import { dayOf, wallClock } from './wall-clock'

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
