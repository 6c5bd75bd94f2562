import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { counterexamples } from '../../support/stock-model/counterexamples'
import { databaseFigures, newDatabaseRun, stepDatabase } from '../../support/stock-model/database-driver'
import { figuresOf, newModel, stepModel } from '../../support/stock-model/model'
import { poolNames, stories, type Step } from '../../support/stock-model/steps'
import { storyDatabase } from '../../support/stories/database'
import { expectSoundBooks } from '../../support/stories/sound-books'

const { moveClock } = storyDatabase()

/** Tells one story to PostgreSQL and to the model, and compares them after every step. */
async function compare(story: Step[]): Promise<void> {
  let model = newModel()
  const run = await newDatabaseRun(moveClock)
  for (const step of story) {
    const expected = stepModel(model, step)
    const refused = await stepDatabase(run, step)
    ;({ model } = expected)
    const seen = { refused, figures: await databaseFigures(run) }
    expect(seen).toEqual({
      refused: expected.refused,
      figures: poolNames.map((name) => figuresOf(model, name)),
    })
  }
}

describe('the database and a simple model of the stock', () => {
  test('agree on 300 random stories', { timeout: 180_000 }, async () => {
    await fc.assert(fc.asyncProperty(stories(8), compare), { numRuns: 300 })
    await expectSoundBooks()
  })

  test.each(counterexamples)('agree on what they once did not: $name', async ({ story }) => {
    await compare(story)
    await expectSoundBooks()
  })
})
