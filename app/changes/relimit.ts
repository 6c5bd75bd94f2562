import { seats } from '@/app/format/seats'
import { isOrAre } from '@/lib/counted'
import { highestLimit, lowestLimit } from '@/lib/inventory/decide/limits'
import { relimitInventory } from '@/lib/inventory/admin'
import { tierLabel } from '@/lib/tier'
import { type Change, changePath, type Question } from './change'
import { fewerForCustomers, poolEffects, poolOf, tierIn } from './pool-effects'
import { noExpected, readExpectedLimits } from './read-expected'
import { readLimit } from './read-number'

/** Changes how many seats customers may see. */
export const relimit: Change = {
  deed: 'operate',
  action: 'inventory.relimit',
  ask(city, query): Question {
    const tier = tierIn(query)
    const pool = poolOf(city, tier)
    const taken = pool.sold + pool.held
    const lowest = lowestLimit(pool, pool.publicLimit)
    const to = readLimit(query.get('to'))
    const isBoth = pool.actualLimit === pool.publicLimit
    const base = {
      title: `Change the public ${tierLabel(tier)} limit in ${city.name}`,
      lead: isBoth
        ? 'So many seats customers may see. No seat is hidden, so the limit goes with it.'
        : 'So many seats customers may see. The hidden limit stays as it is.',
    }
    if (typeof to !== 'number' || to < lowest || to > highestLimit || to === pool.publicLimit) {
      return {
        ...base,
        kind: 'input',
        effects: poolEffects(pool),
        field: {
          kind: 'number',
          tier,
          name: 'to',
          label: 'Public limit afterwards',
          hint: `It is ${pool.publicLimit} now, and ${seats(taken)} ${isOrAre(taken)} sold or in checkouts.`,
          value: query.get('to')?.slice(0, 10) ?? '',
          min: lowest,
          max: highestLimit,
        },
        problem: to === undefined ? undefined : problemOf(to, taken, pool.publicLimit),
      }
    }
    const after = { ...pool, publicLimit: to, ...(isBoth && { actualLimit: to }) }
    return {
      ...base,
      kind: 'confirm',
      effects: poolEffects(pool, after),
      warnings: fewerForCustomers(pool, after),
      fields: [],
      isReasonNeeded: false,
      expected: `${pool.publicLimit} ${pool.actualLimit} ${taken}`,
      button: `Set the public limit to ${to}`,
      look: to < pool.publicLimit ? 'danger' : 'primary',
    }
  },
  async perform({ cityId, query, form, authority }) {
    const tier = tierIn(query)
    const expected = readExpectedLimits(form)
    if (expected === null) return noExpected
    const [expectedLimit, expectedActual, taken] = expected
    const to = readLimit(query.get('to')) ?? -1
    const result = await relimitInventory(cityId, tier, to, authority, { expectedLimit, expectedActual })
    if (!result.ok) return result
    // From where both limits have become equal the actual one would go along, and seats be made or taken away.
    const hasJoined = to === expectedActual && expectedLimit !== expectedActual
    // Nor can it go down again to where more seats are taken than it says.
    const isBelowTaken = expectedLimit < Math.min(to, taken)
    return {
      ok: true,
      done: {
        title: `${tierLabel(tier)}: the public limit is ${result.limit}`,
        text: `It was ${expectedLimit}.`,
        undo:
          hasJoined || isBelowTaken
            ? undefined
            : {
                to: changePath(cityId, 'relimit', { tier, to: String(expectedLimit) }),
                text: `Set it back to ${expectedLimit}`,
              },
      },
    }
  },
}

function problemOf(to: number | null, taken: number, limit: number): string {
  if (to === null || to > highestLimit) return `Type a whole number from 0 to ${highestLimit}.`
  if (to === limit) return `The public limit is ${limit} already.`
  const sold = `${seats(taken)} ${isOrAre(taken)} sold or in checkouts`
  return taken > limit
    ? `${sold}; a public limit of ${limit} cannot be lowered.`
    : `${sold}; the public limit cannot be lower.`
}
