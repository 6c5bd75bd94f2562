import { seats } from '@/app/format/seats'
import { timeLeft } from '@/app/format/time-left'
import { readLiveHold } from '@/lib/analytics/live-holds'
import { releaseHold } from '@/lib/checkout/release-hold'
import { tierLabel } from '@/lib/tier'
import type { Change, Question } from './change'

/** Takes a buyer's seats back. */
export const release: Change = {
  deed: 'operate',
  action: 'hold.release',
  fitsArchived: true,
  async ask(city, query): Promise<Question> {
    const hold = await readLiveHold(query.get('reservation') ?? '')
    const base = {
      title: `Release a hold in ${city.name}`,
      lead: 'The buyer’s payment page is closed first. If they have paid by then, nothing is released.',
    }
    if (!hold || hold.cityId !== city.id) {
      return { ...base, kind: 'blocked', effects: [], reason: 'This hold is over already.' }
    }
    const effects = [
      { name: 'Seats', before: `${hold.quantity} ${tierLabel(hold.tier)}` },
      { name: 'Buyer', before: hold.email ?? 'not known' },
      { name: 'Time left', before: timeLeft(hold.secondsLeft) },
      {
        name: `${tierLabel(hold.tier)} free`,
        before: String(city.stock.actualAvailable[hold.tier]),
        after: String(city.stock.actualAvailable[hold.tier] + hold.quantity),
      },
    ]
    if (hold.status === 'awaiting') {
      return {
        ...base,
        kind: 'blocked',
        effects,
        reason: 'Its payment is on its way, so the seats stay taken.',
      }
    }
    return {
      ...base,
      kind: 'confirm',
      effects,
      warnings: ['A release cannot be undone: the buyer would have to begin anew.'],
      fields: [],
      isReasonNeeded: false,
      expected: hold.status,
      button: `Release ${seats(hold.quantity)}`,
      look: 'danger',
    }
  },
  async perform({ cityId, query, authority }) {
    const result = await releaseHold(cityId, query.get('reservation') ?? '', authority)
    if (!result.ok) return result
    return {
      ok: true,
      done: {
        title: `${seats(result.seats)} released`,
        text: `The buyer’s payment page is closed; others can buy ${result.seats === 1 ? 'it' : 'them'} now.`,
      },
    }
  },
  facts({ query }) {
    return {
      before: { reservation: query.get('reservation'), status: 'held' },
      after: { status: 'released' },
    }
  },
}
