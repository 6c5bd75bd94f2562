import { seats } from '@/app/format/seats'
import { expandCapacity } from '@/lib/inventory/admin'
import { refusal } from '@/lib/inventory/admin/result'
import { expansionQuantity } from '@/lib/quantity'
import { tierLabel } from '@/lib/tier'
import { type Change, changePath } from './change'
import { poolEffects, poolOf, tierIn } from './pool-effects'
import { noExpected, readExpected } from './read-expected'
import { noSpots, readSpots } from './read-number'

/** Adds hidden seats. The number is typed on the same page: adding can be taken back. */
export const expand: Change = {
  deed: 'operate',
  action: 'inventory.expand',
  ask(city, query) {
    const tier = tierIn(query)
    const pool = poolOf(city, tier)
    return {
      kind: 'confirm',
      title: `Add hidden ${tierLabel(tier)} seats in ${city.name}`,
      lead:
        city.hiddenSale[tier] === 'open'
          ? 'Customers go on seeing the public number. The seats sell once those are gone.'
          : 'Customers go on seeing the public number. Only private links reach the seats.',
      effects: poolEffects(pool),
      warnings: [],
      fields: [
        {
          kind: 'number',
          tier,
          name: 'spots',
          label: 'Seats to add',
          value: query.get('spots') ?? '',
          min: expansionQuantity.min,
          max: expansionQuantity.max,
        },
      ],
      isReasonNeeded: false,
      expected: String(pool.actualLimit),
      button: `Add ${tierLabel(tier)} seats`,
      look: 'primary',
    }
  },
  async perform({ cityId, query, form, authority }) {
    const tier = tierIn(query)
    const spots = readSpots(form.get('spots'))
    if (spots === null)
      return {
        ...refusal('invalid_quantity', noSpots),
        problems: [{ fieldId: 'spots', message: noSpots }],
      }
    const expectedLimit = readExpected(form)
    if (expectedLimit === null) return noExpected
    const result = await expandCapacity(cityId, tier, spots, authority, { expectedLimit })
    if (!result.ok) return result
    return {
      ok: true,
      done: {
        title: `${tierLabel(tier)}: ${seats(spots)} added`,
        text: `The limit went from ${result.limit - spots} to ${result.limit}.`,
        undo: {
          to: changePath(cityId, 'reduce', { tier, by: String(spots) }),
          text: `Take ${spots === 1 ? 'it' : 'them'} away again`,
        },
      },
    }
  },
}
