import { issueLink, type NewLink } from '@/lib/links/issue-link'
import { somebody } from './accounts'

/** A private link to the hidden GA seats of a city: four seats for a week, unless it is asked for otherwise. */
export async function aLink(
  cityId: string,
  given: Partial<NewLink> = {},
): Promise<{ id: string; token: string }> {
  const issued = await issueLink({ cityId, tier: 'ga', seats: 4, days: 7, ...given }, somebody)
  if (!issued.ok) throw new Error(issued.code)
  return issued.value
}
