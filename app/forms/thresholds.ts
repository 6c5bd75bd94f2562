import { alertChannels } from '@/lib/alerts/channel-names'
import { tiers } from '@/lib/tier'

/** The most rows of each tier that a form is read for: more than a tier can have, so that too many are told of. */
const thresholdRows = 100

/**
 * The thresholds of a form, row by row, not yet checked. A row without a number of seats is no threshold. `rows` names
 * each one's place in the form, so that a problem finds its field.
 */
export function readThresholdRows(form: URLSearchParams): { thresholds: unknown[]; rows: string[] } {
  const named = tiers.flatMap((tier) =>
    Array.from({ length: thresholdRows }, (_, index) => ({ tier, row: `${tier}-${index}` })),
  )
  const filled = named.filter(({ row }) => (form.get(`${row}-remaining`) ?? '').trim() !== '')
  return {
    rows: filled.map(({ row }) => row),
    thresholds: filled.map(({ tier, row }) => ({
      tier,
      remaining: wholeNumber(form.get(`${row}-remaining`) ?? ''),
      level: form.get(`${row}-level`),
      channels: alertChannels.filter((channel) => form.getAll(`${row}-channels`).includes(channel)),
    })),
  }
}

function wholeNumber(text: string): number {
  return /^\d{1,6}$/.test(text.trim()) ? Number(text.trim()) : Number.NaN
}
