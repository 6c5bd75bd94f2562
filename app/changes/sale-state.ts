import { seats } from '@/app/format/seats'
import { saleStateWords } from '@/app/format/sale-states'
import type { SaleState } from '@/lib/cities'
import { setSaleState } from '@/lib/inventory/admin'
import { refusal } from '@/lib/inventory/admin/result'
import { type Change, changePath, type Question } from './change'

/** Opens, pauses or closes the sale of a city. */
export const saleState: Change = {
  deed: 'operate',
  action: 'city.sale_state',
  fitsArchived: true,
  ask(city, query): Question {
    const to = stateIn(query)
    const { stock } = city
    const held = stock.held.ga + stock.held.vip
    const publicLeft = stock.publicAvailable.ga + stock.publicAvailable.vip
    const effects = [
      { name: 'Sale', before: saleStateWords[city.saleState], after: saleStateWords[to] },
      { name: 'Public left', before: String(publicLeft) },
      { name: 'In checkouts', before: String(held) },
    ]
    const base = { title: titles[to](city.name), lead: leads[to], effects }
    if (to === city.saleState) {
      return { ...base, kind: 'blocked', effects: effects.slice(1), reason: 'It is so already.' }
    }
    const stops = city.saleState === 'on_sale'
    return {
      ...base,
      kind: 'confirm',
      warnings: [
        ...(city.isArchived ? ['It is archived: nobody can buy until it is brought back.'] : []),
        ...(stops && !city.isArchived && publicLeft > 0
          ? [`${seats(publicLeft)} can then not be bought.`]
          : []),
        ...(stops && held > 0 ? [`${seats(held)} in checkouts can still be paid.`] : []),
        ...(to === 'on_sale' && city.isPast ? ['The date of this workshop has passed.'] : []),
      ],
      fields: [],
      isReasonNeeded: false,
      expected: city.saleState,
      button: buttons[to],
      look: stops ? 'danger' : 'primary',
    }
  },
  async perform({ cityId, cityName, query, form, authority }) {
    const to = stateIn(query)
    const expected = parseState(form.get('expected'))
    if (expected === null)
      return refusal('numbers_moved', 'Nobody can tell which state you saw; look at it again')
    const result = await setSaleState(cityId, to, authority, { expected })
    if (!result.ok) return result
    return {
      ok: true,
      done: {
        title: `${cityName}: ${saleStateWords[to].toLowerCase()}`,
        text: `It was: ${saleStateWords[result.before].toLowerCase()}.`,
        undo: {
          to: changePath(cityId, 'sale-state', { to: result.before }),
          text: buttons[result.before],
        },
      },
    }
  },
  facts({ query }, setting) {
    return { before: { saleState: setting?.before }, after: { saleState: stateIn(query) } }
  },
}

const titles: Record<SaleState, (city: string) => string> = {
  on_sale: (city) => `Open the sale of ${city}`,
  paused: (city) => `Pause the sale of ${city}`,
  closed: (city) => `Close the sale of ${city}`,
  upcoming: (city) => `Take ${city} back to “not on sale yet”`,
}

const leads: Record<SaleState, string> = {
  on_sale: 'Customers can then buy.',
  paused: 'The page says that sales are paused. Nothing that is held or paid is affected.',
  closed: 'The page says that sales are closed. Nothing that is held or paid is affected.',
  upcoming: 'The page says that sales have not begun. Nothing that is held or paid is affected.',
}

const buttons: Record<SaleState, string> = {
  on_sale: 'Open the sale',
  paused: 'Pause the sale',
  closed: 'Close the sale',
  upcoming: 'Take it back',
}

/** Pausing where an address names no state: that never does harm. */
function stateIn(query: URLSearchParams): SaleState {
  return parseState(query.get('to')) ?? 'paused'
}

function parseState(text: string | null): SaleState | null {
  switch (text) {
    case 'upcoming':
    case 'on_sale':
    case 'paused':
    case 'closed':
      return text
    default:
      return null
  }
}
