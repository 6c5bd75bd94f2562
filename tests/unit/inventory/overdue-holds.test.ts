import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isPublicSoldOut, publicAvailable } from '@/lib/inventory/availability'
import {
  isKeptAnew,
  latest,
  type OverdueHold,
  publicChangeOf,
  seenOf,
  shiftsWhatIsSeen,
} from '@/lib/inventory/overdue-holds'
import { aPool, minutesLater, noon } from '../../support/stories/state'

const at = minutesLater
const lapsed = (quantity: number, minute: number, keptSince: number | null = null): OverdueHold => ({
  quantity,
  lapsedAt: at(minute),
  keptSince: keptSince === null ? null : at(keptSince),
})

describe('what readers see of overdue holds', () => {
  test('without any, the row as it is', () => {
    expect(seenOf(aPool({ held: 3 }), [])).toEqual({ held: 3, movedAt: null, publicMovedAt: null })
  })

  test('lapses one after the other, in whatever order they are given', () => {
    const seen = { held: 1, movedAt: at(7), publicMovedAt: at(7) }
    expect(seenOf(aPool({ held: 4 }), [lapsed(1, 7), lapsed(2, 5)])).toEqual(seen)
    expect(seenOf(aPool({ held: 4 }), [lapsed(2, 5), lapsed(1, 7)])).toEqual(seen)
  })

  test('hidden seats come back unseen', () => {
    const pool = aPool({ publicLimit: 5, actualLimit: 9, sold: 5, held: 3 })
    expect(seenOf(pool, [lapsed(3, 5)])).toEqual({ held: 0, movedAt: at(5), publicMovedAt: null })
  })

  test('the first of two may be of hidden seats only', () => {
    const pool = aPool({ publicLimit: 5, actualLimit: 9, sold: 2, held: 6 })
    expect(seenOf(pool, [lapsed(3, 5)]).publicMovedAt).toBeNull()
    expect(seenOf(pool, [lapsed(3, 5), lapsed(2, 7)]).publicMovedAt).toEqual(at(7))
  })

  test('one whose money was accepted in time never went', () => {
    expect(seenOf(aPool({ held: 2 }), [lapsed(2, 5, 4)])).toEqual({
      held: 2,
      movedAt: null,
      publicMovedAt: null,
    })
  })

  test('one whose money was accepted later went, and came back', () => {
    expect(seenOf(aPool({ held: 2 }), [lapsed(2, 5, 9)])).toEqual({
      held: 2,
      movedAt: at(9),
      publicMovedAt: at(9),
    })
  })
})

describe('when a written stock row changes the public answer', () => {
  const changeOf = (given: Partial<Parameters<typeof publicChangeOf>[0]>) =>
    publicChangeOf({
      before: aPool(),
      after: aPool(),
      elsewhere: { before: true, after: true },
      overdue: [],
      left: [],
      now: at(20),
      ...given,
    })

  test('now, where its number, limit or sold-out flag changes', () => {
    expect(changeOf({ after: aPool({ held: 1 }) })).toEqual(at(20))
    expect(changeOf({ after: aPool({ publicLimit: 40, actualLimit: 40, sold: 5 }) })).toEqual(at(20))
    const full = aPool({ publicLimit: 2, sold: 1, held: 1 })
    expect(changeOf({ before: full, after: { ...full, sold: 2, held: 0 } })).toEqual(at(20))
  })

  test('its sold-out flag is the city’s: it needs the other tiers', () => {
    const held = aPool({ publicLimit: 2, sold: 1, held: 1 })
    const soldOut = { ...held, sold: 2, held: 0 }
    for (const [before, after] of [
      [held, soldOut],
      [soldOut, held],
    ] as const) {
      expect(changeOf({ before, after, elsewhere: { before: false, after: false } })).toBeNull()
      expect(changeOf({ before, after, elsewhere: { before: true, after: true } })).toEqual(at(20))
    }
    // Both tiers change in one transaction.
    const elsewhere = { before: false, after: true }
    expect(changeOf({ before: held, after: soldOut, elsewhere })).toEqual(at(20))
    expect(changeOf({ before: soldOut, after: held, elsewhere })).toBeNull()
  })

  test('not by hidden seats, nor by a sale of held ones', () => {
    expect(changeOf({ after: aPool({ publicLimit: 35, actualLimit: 90 }) })).toBeNull()
    expect(changeOf({ before: aPool({ held: 2 }), after: aPool({ sold: 2 }) })).toBeNull()
  })

  test('a lapse that is written off keeps the time that readers saw', () => {
    expect(changeOf({ before: aPool({ held: 2 }), overdue: [lapsed(2, 5)] })).toEqual(at(5))
    const expanded = aPool({ publicLimit: 35, actualLimit: 90 })
    const overdue = [lapsed(2, 5), lapsed(1, 7)]
    expect(changeOf({ before: aPool({ held: 3 }), after: expanded, overdue })).toEqual(at(7))
  })

  test('as many seats held anew as lapsed are news', () => {
    const held = aPool({ held: 2 })
    expect(changeOf({ before: held, after: held, overdue: [lapsed(2, 5)] })).toEqual(at(20))
  })

  test('one that stays overdue is counted neither before nor after', () => {
    const overdue = [lapsed(2, 5)]
    const before = aPool({ held: 2 })
    expect(changeOf({ before, after: before, overdue, left: overdue })).toEqual(at(5))
    expect(changeOf({ before, after: aPool({ held: 2, sold: 1 }), overdue, left: overdue })).toEqual(at(20))
  })

  test('a sale by money that was accepted late keeps the time of that', () => {
    expect(
      changeOf({ before: aPool({ held: 2 }), after: aPool({ sold: 2 }), overdue: [lapsed(2, 5, 9)] }),
    ).toEqual(at(9))
  })

  test('never before what readers saw, though the clock of the write was behind', () => {
    expect(
      changeOf({ before: aPool({ held: 2 }), after: aPool({ sold: 1 }), overdue: [lapsed(2, 21)] }),
    ).toEqual(at(21))
  })
})

describe('a written stock row shifts what was seen of holds that stay overdue', () => {
  const shifts = (given: Partial<Parameters<typeof shiftsWhatIsSeen>[0]>) =>
    shiftsWhatIsSeen({ before: aPool({ held: 4 }), after: aPool({ held: 4 }), ended: [], ...given })

  test('by seats that are taken, come back or are shown', () => {
    expect(shifts({ after: aPool({ held: 5 }) })).toBe(true)
    expect(shifts({ after: aPool({ held: 4, sold: 1 }) })).toBe(true)
    expect(shifts({ after: aPool({ held: 4, publicLimit: 40 }) })).toBe(true)
  })

  test('by the end of one that was seen to lapse', () => {
    expect(shifts({ after: aPool({ held: 4 }), ended: [lapsed(2, 5)] })).toBe(true)
    expect(shifts({ after: aPool({ held: 2, sold: 2 }), ended: [lapsed(2, 5, 9)] })).toBe(true)
  })

  test('not by hidden seats, nor by a sale of what was kept for it', () => {
    expect(shifts({ after: aPool({ held: 4, publicLimit: 35, actualLimit: 90 }) })).toBe(false)
    expect(shifts({ after: aPool({ held: 2, sold: 2 }), ended: [lapsed(2, 5, 4)] })).toBe(false)
  })
})

interface Hold {
  quantity: number
  lapsesAt: Date
  keptSince: Date | null
}

type Step =
  | { type: 'hold'; quantity: number; minutes: number }
  | { type: 'sell' | 'expand' | 'return'; quantity: number }
  | { type: 'accept' | 'pay' | 'debit'; index: number }
  | { type: 'wait'; minutes: number }

const quantity = fc.integer({ min: 1, max: 4 })
const index = fc.nat(3)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('hold'), quantity, minutes: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('sell', 'expand', 'return'), quantity }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('accept', 'pay', 'debit'), index }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('wait'), minutes: fc.integer({ min: 1, max: 9 }) }) },
)

/** One stock row whose holds nobody writes off but the next write. They lapse between whole minutes. */
class Row {
  now = noon
  pool = aPool({ publicLimit: 6, actualLimit: 9 })
  holds: Hold[] = []
  changedAt = noon

  overdue(): { hold: Hold; overdue: OverdueHold }[] {
    return this.holds
      .filter(({ lapsesAt }) => lapsesAt <= this.now)
      .map((hold) => ({
        hold,
        overdue: { quantity: hold.quantity, lapsedAt: hold.lapsesAt, keptSince: hold.keptSince },
      }))
  }

  read() {
    const overdue = this.overdue().map((one) => one.overdue)
    const seen = { ...this.pool, held: seenOf(this.pool, overdue).held }
    const { publicMovedAt } = seenOf(this.pool, overdue)
    const answer = `${publicAvailable(seen)} ${isPublicSoldOut(seen)}`
    return { answer, changedAt: latest(this.changedAt, publicMovedAt) }
  }

  write(sold: number, actualLimit: number, holds: Hold[]): void {
    const overdue = this.overdue()
    const kept = holds.filter((one) => one.lapsesAt > this.now || one.keptSince !== null)
    const after = { ...this.pool, sold, actualLimit, held: kept.reduce((sum, one) => sum + one.quantity, 0) }
    if (sold < 0 || after.sold + after.held > actualLimit) return
    const isLeft = ({ hold }: { hold: Hold }) => kept.includes(hold)
    const elsewhere = { before: true, after: true }
    const change = { before: this.pool, after, elsewhere, now: this.now }
    const ended = overdue.filter((one) => !isLeft(one))
    const isShifted = shiftsWhatIsSeen({ ...change, ended: ended.map((one) => one.overdue) })
    // Where nothing is shifted, those that stay are not looked at.
    const read = isShifted ? overdue : ended
    const changedAt = publicChangeOf({
      ...change,
      overdue: read.map((one) => one.overdue),
      left: read.filter(isLeft).map((one) => one.overdue),
    })
    this.changedAt = latest(this.changedAt, changedAt)
    for (const { hold, overdue } of read.filter(isLeft)) if (isKeptAnew(overdue)) hold.lapsesAt = this.now
    Object.assign(this, { pool: after, holds: kept })
  }

  wait(minutes: number): void {
    this.now = minutesLater(minutes, this.now)
  }

  take(one: Step): void {
    const { sold, actualLimit } = this.pool
    switch (one.type) {
      case 'wait':
        this.wait(one.minutes)
        break
      case 'hold': {
        const lapsesAt = minutesLater(one.minutes + 0.5, this.now)
        this.write(sold, actualLimit, [...this.holds, { quantity: one.quantity, lapsesAt, keptSince: null }])
        break
      }
      case 'sell':
        this.write(sold + one.quantity, actualLimit, this.holds)
        break
      case 'return':
        this.write(sold - one.quantity, actualLimit, this.holds)
        break
      case 'expand':
        this.write(sold, actualLimit + one.quantity, this.holds)
        break
      case 'accept': {
        const hold = this.holds[one.index]
        if (hold) hold.keptSince ??= this.now
        break
      }
      case 'pay': {
        const hold = this.holds[one.index]
        if (!hold) break
        const others = this.holds.filter((other) => other !== hold)
        this.write(sold + hold.quantity, actualLimit, others)
        break
      }
      case 'debit': {
        const hold = this.holds[one.index]
        if (!hold) break
        const others = this.holds.filter((other) => other !== hold)
        this.write(sold, actualLimit, [...others, { ...hold, lapsesAt: minutesLater(1e6) }])
        break
      }
    }
  }
}

test('the time of the public answer moves on with the answer, and only with it', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const row = new Row()
      let before = row.read()
      for (const move of steps.flatMap((one) => [() => row.wait(1), () => row.take(one)])) {
        move()
        const after = row.read()
        if (after.answer === before.answer) expect(after.changedAt).toEqual(before.changedAt)
        else expect(after.changedAt.getTime()).toBeGreaterThan(before.changedAt.getTime())
        before = after
      }
    }),
    { numRuns: 500 },
  )
})
