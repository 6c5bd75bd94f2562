import { formatDay } from '@/app/format/dates'
import type { Forecast } from '@/lib/analytics/forecast'

export interface ForecastWords {
  /** `Jan 26` */
  likely: string
  /** `Jan 22 to Feb 4`, `Jan 22 or later` */
  range: string
  /** `2.4 a day over the last 7 days` */
  pace: string
}

/** A forecast in words; null where there is too little to go by. */
export function presentForecast(
  forecast: Forecast | null,
  timeZone: string,
  now: Date,
): ForecastWords | null {
  if (!forecast) return null
  const day = (moment: Date) => formatDay(moment, timeZone, now)
  const { earliest, likely, latest, pace, days } = forecast
  return {
    likely: day(likely),
    range: latest ? `${day(earliest)} to ${day(latest)}` : `${day(earliest)} or later`,
    pace: `${pace >= 10 ? Math.round(pace) : Math.round(pace * 10) / 10} a day over the last ${days} days`,
  }
}
