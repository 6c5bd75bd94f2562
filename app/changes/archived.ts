import type { CityFigures } from '@/lib/analytics/cities'
import { refusal } from '@/lib/inventory/admin/result'
import { cityIsArchived } from '@/lib/inventory/decide/decision'
import type { Change, Question, Refused } from './change'

/** What a change asks of a city; of an archived one, whose page offers it no more, only whether it is brought back. */
export async function askChange(
  change: Change,
  city: CityFigures,
  query: URLSearchParams,
): Promise<Question> {
  const question = await change.ask(city, query)
  if (!refuseArchived(change, city)) return question
  const { title, lead } = question
  return { kind: 'blocked', title, lead, effects: [], reason: cityIsArchived }
}

/** The refusal of a change that an archived city does not take; null where it may be done. */
export function refuseArchived(
  { fitsArchived }: Change,
  { isArchived }: Pick<CityFigures, 'isArchived'>,
): Refused | null {
  return isArchived && !fitsArchived ? refusal('archived', cityIsArchived) : null
}
