import { dateFormat } from '@/lib/kept-formats'

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

/** The calendar day that a clock shows. @param clock as `wallClock` writes it */
export function dayOf(clock: string): string {
  return clock.slice(0, 10)
}
