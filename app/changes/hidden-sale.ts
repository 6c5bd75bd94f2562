import { seats } from '@/app/format/seats'
import type { HiddenSale } from '@/db/tables/stock'
import { actualAvailable, publicAvailable } from '@/lib/inventory/availability'
import { setHiddenSale } from '@/lib/inventory/admin'
import { tierLabel } from '@/lib/tier'
import { type Change, changePath, type Question } from './change'
import { poolEffects, poolOf, tierIn } from './pool-effects'

/** Decides who reaches a tier's hidden seats. */
export const hiddenSale: Change = {
  deed: 'operate',
  action: 'inventory.hidden_sale',
  ask(city, query): Question {
    const tier = tierIn(query)
    const pool = poolOf(city, tier)
    const current = city.hiddenSale[tier]
    const to = wantedIn(query)
    const hidden = actualAvailable(pool) - publicAvailable(pool)
    const base = {
      title:
        to === 'open'
          ? `Open hidden ${tierLabel(tier)} seats in ${city.name} to everybody`
          : `Keep hidden ${tierLabel(tier)} seats in ${city.name} private`,
      lead:
        to === 'open'
          ? 'Once the public seats are gone, the page says “Limited: last seats”, without a number, and checkout works.'
          : 'Page and checkout stop at the public number. Only private links reach the hidden seats.',
    }
    const effects = poolEffects(pool)
    if (to === current) return { ...base, kind: 'blocked', effects, reason: 'It is so already.' }
    return {
      ...base,
      kind: 'confirm',
      effects: [...effects, { name: 'Hidden seats', before: words[current], after: words[to] }],
      warnings:
        hidden > 0
          ? [
              to === 'open'
                ? `${seats(hidden)} can then be bought by everybody.`
                : `${seats(hidden)} can then be bought by private link alone.`,
            ]
          : [],
      fields: [],
      isReasonNeeded: false,
      expected: current,
      button: to === 'open' ? 'Open them to everybody' : 'Keep them private',
      look: to === 'open' ? 'danger' : 'primary',
    }
  },
  async perform({ cityId, query, authority }) {
    const tier = tierIn(query)
    const to = wantedIn(query)
    const expected = other(to)
    const result = await setHiddenSale(cityId, tier, to, authority, { expected })
    if (!result.ok) return result
    return {
      ok: true,
      done: {
        title: `${tierLabel(tier)}: hidden seats are ${words[to]}`,
        text: `They were ${words[expected]}.`,
        undo: {
          to: changePath(cityId, 'hidden-sale', { tier, to: expected }),
          text: expected === 'open' ? 'Open them again' : 'Keep them private again',
        },
      },
    }
  },
  facts({ query }) {
    const [tier, to] = [tierIn(query), wantedIn(query)]
    return { before: { tier, hiddenSale: other(to) }, after: { tier, hiddenSale: to } }
  },
}

const words: Record<HiddenSale, string> = { open: 'open to everybody', private: 'private' }

/** Private where an address names nothing: that never sells a seat. */
function wantedIn(query: URLSearchParams): HiddenSale {
  return query.get('to') === 'open' ? 'open' : 'private'
}

function other(current: HiddenSale): HiddenSale {
  return current === 'open' ? 'private' : 'open'
}
