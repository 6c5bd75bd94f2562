import { expect, test } from 'vitest'
import { cities } from '../../support/stories/city'
import { storyDatabase } from '../../support/stories/database'
import { expectSoundBooks } from '../../support/stories/sound-books'
import { violations } from '../../support/stories/violations'
import { startRacers } from '../../support/race/start-racers'

const story = storyDatabase()

test(
  'C05: three processes, every command, two cities: no deadlock, nothing counted twice',
  { timeout: 120_000 },
  async () => {
    const places = await cities(2, { ga: 20, vip: 10 })
    const before = await story.deadlocks()
    let racing = true
    const orders = [1, 2, 3].map((seed) => ({ seed, cities: places, calls: 150, atOnce: 5 }))
    const race = startRacers(story.appUrl, orders).finally(() => (racing = false))
    let looks = 0
    while (racing) {
      expect(await violations()).toEqual([])
      looks++
    }
    const reports = await race
    expect(looks).toBeGreaterThan(3)
    expect(reports.flatMap((report) => report.errors)).toEqual([])
    for (const report of reports) expect(report.answered).toBe(report.asked)
    await expectSoundBooks()
    expect(await story.deadlocks()).toBe(before)

    const counted = await story.owner.query<{ operation: string; rows: number }>(
      `select operation, count(*)::int as rows from inventory_transactions
     where operation not in ('open', 'reset', 'undo') group by operation`,
    )
    const inLedger = Object.fromEntries(counted.map((row) => [row.operation, row.rows]))
    expect(inLedger).toEqual(sumOf(reports.map((report) => report.rows)))
    for (const kind of ['decrement', 'restock', 'expand', 'reduce', 'relimit']) {
      expect(inLedger[kind]).toBeGreaterThan(0)
    }
  },
)

function sumOf(parts: Record<string, number>[]): Record<string, number> {
  const total: Record<string, number> = {}
  for (const part of parts)
    for (const [kind, rows] of Object.entries(part)) total[kind] = (total[kind] ?? 0) + rows
  return total
}
