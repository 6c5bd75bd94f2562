import { cityOption } from '@/app/format/city-option'
import { formatExactly } from '@/app/format/dates'
import { saleStateWords } from '@/app/format/sale-states'
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

export interface LinkChoice {
  /** The city whose links are asked for, or whose page the admin came from. */
  cityId: string | null
  show: 'active' | 'all'
  cursor: string | undefined
}

/** The private links of one city or of all; of a city that is none, or archived, all. */
export async function presentLinks({ cityId: asked, show, cursor }: LinkChoice) {
  const cities = await listCities()
  const cityId = cities.find(({ id }) => id === asked)?.id
  const { links, nextCursor } = await listLinks({ cityId, onlyActive: show === 'active', cursor })
  return {
    show,
    nextCursor,
    cityId: cityId ?? null,
    links: links.map(presentLink),
    cities: cities.map((city) => ({
      id: city.id,
      name: cityOption(city),
      notOnSale: city.saleState === 'on_sale' ? null : saleStateWords[city.saleState].toLowerCase(),
    })),
  }
}

function presentLink(link: LinkSummary): LinkRow {
  const { id, state, seats, sold, held, email, note, cityName, tier, createdBy, createdAt, expiresAt } = link
  return {
    id,
    state,
    seats,
    sold,
    held,
    what: `${cityName}, ${tierLabel(tier)}`,
    forWhom: [email, note].filter(Boolean).join(', '),
    expires: formatExactly(expiresAt, 'UTC'),
    made: `${formatExactly(createdAt, 'UTC')} by ${createdBy}`,
  }
}
