import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { counterexamples } from '../../support/stock-model/counterexamples'
import { figuresOf, newModel, stepModel } from '../../support/stock-model/model'
import { newPureRun, pureFigures, stepPure } from '../../support/stock-model/pure-driver'
import { poolNames, stories, type Step } from '../../support/stock-model/steps'

/** Tells one story to the rules and to the model, and compares them after every step. */
function compare(story: Step[]): void {
  let model = newModel()
  let run = newPureRun()
  for (const step of story) {
    const expected = stepModel(model, step)
    const actual = stepPure(run, step)
    expect(actual.refused).toEqual(expected.refused)
    ;({ model } = expected)
    ;({ run } = actual)
    for (const name of poolNames) {
      const figures = pureFigures(run, name)
      expect(figures).toEqual(figuresOf(model, name))
      if (figures) expect(run.ledger[name] ?? 0).toBe(figures.sold)
    }
    for (const pool of run.state.pools.values()) {
      expect(Math.min(pool.sold, pool.held, pool.actualLimit - pool.sold - pool.held)).toBeGreaterThanOrEqual(
        0,
      )
    }
  }
}

describe('the pure rules and a simple model of the stock', () => {
  test('agree on 10,000 random stories', { timeout: 120_000 }, () => {
    fc.assert(fc.property(stories(14), compare), { numRuns: 10_000 })
  })

  test.each(counterexamples)('agree on what they once did not: $name', ({ story }) => {
    compare(story)
  })
})
