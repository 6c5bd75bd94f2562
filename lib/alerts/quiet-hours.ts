/** A stretch of every day in which mild alerts wait. */
export interface QuietHours {
  /** `HH:MM` on a clock in `timeZone`; may be later than `to`, over midnight. */
  from: string
  to: string
  /** IANA name. */
  timeZone: string
}

/**
 * Seconds from a moment until the quiet hours are over; 0 where it is not quiet then. An end that clocks skip on their
 * way to summer time is, as in calendars, so much later.
 *
 * @example quietSecondsLeft({ from: '22:00', to: '07:00', timeZone: 'UTC' }, new Date('2026-01-01T23:00:00Z')) // 28800
 */
export function quietSecondsLeft({ from, to, timeZone }: QuietHours, at: Date): number {
  const [start, end, now] = [secondsOf(from), secondsOf(to), clockIn(timeZone, at)]
  if (forward(start, now) >= forward(start, end)) return 0
  const left = forward(now, end)
  const clockAfter = (seconds: number) => clockIn(timeZone, new Date(at.getTime() + seconds * 1_000))
  // Where clocks are changed on the way, the hands need an hour more or less to get there.
  const short = forward(clockAfter(left), end)
  const corrected = left + (short > day / 2 ? short - day : short)
  // No clock shows an end that is skipped: an hour less would be before the hour that is missing.
  return clockAfter(corrected) === end ? corrected : left
}

const day = 86_400

/** How far the hands of a clock have to go from one time to another. */
function forward(from: number, to: number): number {
  return (to - from + day) % day
}

function secondsOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 3_600 + minutes * 60
}

/** Seconds since midnight as a clock in that zone shows them. */
function clockIn(timeZone: string, at: Date): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at)
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((one) => one.type === type)?.value ?? 0)
  return part('hour') * 3_600 + part('minute') * 60 + part('second')
}
