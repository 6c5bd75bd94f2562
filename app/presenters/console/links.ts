import { formatExactly } from '@/app/format/dates'
import { listCities } from '@/lib/cities'
import { listLinks, type LinkSummary } from '@/lib/links/read-links'
import { tierLabel } from '@/lib/tier'

export interface LinkRow {
  id: string
  what: string
  state: LinkSummary['state']
  seats: number
  sold: number
  held: number
  forWhom: string
  expires: string
  made: string
}

/** @param cityId the city whose page the admin came from */
export async function presentLinks(cityId: string | null) {
  const [links, cities] = await Promise.all([listLinks(), listCities()])
  return {
    links: links.map(presentLink),
    cities: cities.map(({ id, name, startsOn }) => ({ id, name: `${name}, ${startsOn}` })),
    cityId: cities.some(({ id }) => id === cityId) ? cityId : null,
  }
}

function presentLink(link: LinkSummary): LinkRow {
  const { id, state, seats, sold, held, email, note, cityName, tier, createdBy, createdAt, expiresAt } = link
  return {
    ...{ id, state, seats, sold, held },
    what: `${cityName}, ${tierLabel(tier)}`,
    forWhom: [email, note].filter(Boolean).join(', '),
    expires: formatExactly(expiresAt, 'UTC'),
    made: `${formatExactly(createdAt, 'UTC')} by ${createdBy}`,
  }
}
