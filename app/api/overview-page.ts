/** A city's place among all: by its first day, then by its id. */
export interface Place {
  startsOn: string
  cityId: string
}

export interface OverviewPage<City> {
  cities: City[]
  /** Null on the last page. */
  nextCursor: string | null
}

/**
 * The cities after a cursor, in order. A cursor names a place, not a city: the walk goes on though the last city of the
 * page before was archived meanwhile.
 *
 * @returns null for a cursor that is none of ours
 */
export function pageOf<City extends Place>(
  cities: readonly City[],
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): OverviewPage<City> | null {
  const after = cursor === undefined ? undefined : parsePlace(cursor)
  if (after === null) return null
  const rest = cities.filter((city) => !after || inOrder(city, after) > 0).sort(inOrder)
  const page = rest.slice(0, limit)
  const last = page.at(-1)
  return { cities: page, nextCursor: last && rest.length > limit ? formatPlace(last) : null }
}

/** By code units: a database may order ids by the rules of a language, which a cursor could not be compared by. */
function inOrder(one: Place, other: Place): number {
  const [a, b] = [textOf(one), textOf(other)]
  return a < b ? -1 : a > b ? 1 : 0
}

function textOf({ startsOn, cityId }: Place): string {
  return `${startsOn}~${cityId}`
}

function formatPlace(place: Place): string {
  return Buffer.from(textOf(place)).toString('base64url')
}

function parsePlace(cursor: string): Place | null {
  const match = /^(\d{4}-\d\d-\d\d)~([a-z0-9-]+)$/.exec(Buffer.from(cursor, 'base64url').toString())
  const [, startsOn = '', cityId = ''] = match ?? []
  return match && formatPlace({ startsOn, cityId }) === cursor ? { startsOn, cityId } : null
}
