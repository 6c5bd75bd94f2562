const oneDay = 86_400_000

/** When a calendar day (`YYYY-MM-DD`) begins in a time zone. Where clocks skip midnight it begins when they do. */
export function beginningOf(day: string, timeZone: string): Date {
  const utc = Date.parse(`${day}T00:00:00Z`)
  // Clocks may be changed within a day of it, once. Midnight by the clock that is ahead comes first; it is no midnight
  // of this day where the zone's clocks still show, or show again, the day before.
  const around = [offsetAt(utc - oneDay, timeZone), offsetAt(utc + oneDay, timeZone)]
  const earlier = utc - Math.max(...around)
  const isThatDay = earlier + offsetAt(earlier, timeZone) >= utc
  return new Date(isThatDay ? earlier : utc - Math.min(...around))
}

/** The calendar day after. */
export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + oneDay).toISOString().slice(0, 10)
}

/** How far the zone's clocks are ahead of UTC, in milliseconds. */
function offsetAt(moment: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(moment)
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((one) => one.type === type)?.value ?? 0)
  const shown = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
  return shown - Math.floor(moment / 1_000) * 1_000
}
