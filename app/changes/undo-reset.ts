import { seats } from '@/app/format/seats'
import { previewReset, undoReset as undo } from '@/lib/inventory/admin'
import { tierLabel } from '@/lib/tier'
import type { Change, Question } from './change'
import { noExpected, readExpected } from './read-expected'

/** Brings back what the latest reset took away. */
export const undoReset: Change = {
  deed: 'own',
  action: 'inventory.undo_reset',
  async ask(city): Promise<Question> {
    const preview = await previewReset(city.id)
    const base = {
      title: `Undo the reset of ${city.name}`,
      lead: 'The sales before the reset count again, beside those since, less what was refunded. Hidden seats come back.',
    }
    if (!preview?.undo) return { ...base, kind: 'blocked', effects: [], reason: 'There is no reset to undo.' }
    const effects = preview.undo.flatMap(({ tier, sold, actualLimit }) => [
      { name: `${tierLabel(tier)} sold`, before: String(city.stock.sold[tier]), after: String(sold) },
      {
        name: `${tierLabel(tier)} limit`,
        before: String(city.stock.actualLimits[tier]),
        after: String(actualLimit),
      },
    ])
    const tooMany = preview.undo.find(({ fits }) => !fits)
    if (tooMany) {
      const { tier, sold, held, actualLimit } = tooMany
      const missing = sold + held - actualLimit
      return {
        ...base,
        kind: 'blocked',
        effects,
        reason: `${tierLabel(tier)} would have ${sold} sold and ${held} in checkouts of ${actualLimit}. Add ${seats(missing)} first.`,
      }
    }
    return {
      ...base,
      kind: 'confirm',
      effects,
      warnings: [],
      fields: [],
      isReasonNeeded: false,
      expected: String(preview.epoch),
      button: 'Undo the reset',
      look: 'primary',
    }
  },
  async perform({ cityId, cityName, form, authority }) {
    const expectedEpoch = readExpected(form)
    if (expectedEpoch === null) return noExpected
    const result = await undo(cityId, authority, { expectedEpoch })
    if (!result.ok) return result
    return {
      ok: true,
      done: {
        title: `The reset of ${cityName} was undone`,
        text: `${seats(result.restored)} ${result.restored === 1 ? 'counts' : 'count'} as sold again.`,
      },
    }
  },
}
