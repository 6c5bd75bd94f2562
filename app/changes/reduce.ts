import { seats } from '@/app/format/seats'
import { isOrAre } from '@/lib/counted'
import { reduceInventory } from '@/lib/inventory/admin'
import { tierLabel } from '@/lib/tier'
import { type Change, changePath, type Question } from './change'
import { fewerForCustomers, poolEffects, poolOf, tierIn } from './pool-effects'
import { noExpected, readExpected } from './read-expected'
import { readLimit } from './read-number'

/** Takes seats away that nobody has bought or holds. */
export const reduce: Change = {
  deed: 'operate',
  action: 'inventory.reduce',
  ask(city, query): Question {
    const tier = tierIn(query)
    const pool = poolOf(city, tier)
    const taken = pool.sold + pool.held
    const to = limitIn(query, pool.actualLimit)
    const base = {
      title: `Take ${tierLabel(tier)} seats away in ${city.name}`,
      lead: 'Sold seats and those in checkouts stay. The ledger keeps a row of it.',
    }
    if (typeof to !== 'number' || to < taken || to >= pool.actualLimit) {
      return {
        ...base,
        kind: 'input',
        effects: poolEffects(pool),
        field: {
          kind: 'number',
          tier,
          name: 'to',
          label: 'Limit afterwards',
          hint: `It is ${pool.actualLimit} now, and ${seats(taken)} ${isOrAre(taken)} sold or in checkouts.`,
          value: query.get('to')?.slice(0, 10) ?? '',
          min: taken,
          max: Math.max(taken, pool.actualLimit - 1),
        },
        problem: to === undefined ? undefined : problemOf(to, taken, pool.actualLimit),
      }
    }
    const after = { ...pool, actualLimit: to }
    const gone = pool.actualLimit - to
    return {
      ...base,
      kind: 'confirm',
      effects: poolEffects(pool, after),
      warnings: fewerForCustomers(pool, after),
      fields: [],
      isReasonNeeded: false,
      expected: String(pool.actualLimit),
      button: `Take ${seats(gone)} away`,
      look: 'danger',
    }
  },
  async perform({ cityId, query, form, authority }) {
    const tier = tierIn(query)
    const expectedLimit = readExpected(form)
    if (expectedLimit === null) return noExpected
    const to = limitIn(query, expectedLimit) ?? -1
    const result = await reduceInventory(cityId, tier, to, authority, { expectedLimit })
    if (!result.ok) return result
    const gone = expectedLimit - result.limit
    return {
      ok: true,
      done: {
        title: `${tierLabel(tier)}: ${seats(gone)} taken away`,
        text: `The limit went from ${expectedLimit} to ${result.limit}.`,
        undo: {
          to: changePath(cityId, 'expand', { tier, spots: String(gone) }),
          text: `Add ${gone === 1 ? 'it' : 'them'} again`,
        },
      },
    }
  },
}

/**
 * The limit afterwards: `to`, or `by` seats fewer than there are. The latter takes an expansion back, and leaves what
 * others have added since.
 */
function limitIn(query: URLSearchParams, limit: number): number | null | undefined {
  const by = readLimit(query.get('by'))
  return typeof by === 'number' ? limit - by : readLimit(query.get('to'))
}

function problemOf(to: number | null, taken: number, limit: number): string {
  if (to === null) return 'Type a whole number from 0 on.'
  if (to < taken) return `${seats(taken)} ${isOrAre(taken)} sold or in checkouts; the limit cannot be lower.`
  return `The limit is ${limit} now. To have more, add seats instead.`
}
