import { database } from '@/lib/database'
import { decrementInventory } from '@/lib/inventory'
import { chapter, expectPromise } from './promise'

const city = 'vegas-mar-2026'

/** Stock runs down, and each threshold that is crossed fires once, the most severe one of a jump. */
export async function showThresholds(): Promise<void> {
  chapter('Thresholds: 35 GA seats in Las Vegas run out')
  let left = 35
  for (const [quantity, level] of [
    [10, 'low'],
    [2, null],
    [15, 'active'],
    [5, 'critical'],
    [1, 'emergency'],
    [2, 'sold_out'],
  ] as const) {
    await decrementInventory(city, 'ga', quantity, { sessionId: `cs_demo_threshold_${left}` })
    left -= quantity
    const said = level ? `tells "${level.replace('_', ' ')}"` : 'tells nobody'
    expectPromise(`${quantity} sold, ${left} left: ${said}`, await alertAt(left), level)
  }
}

async function alertAt(remaining: number): Promise<string | null> {
  const row = await database()
    .selectFrom('alerts')
    .select('level')
    .where('city_id', '=', city)
    .where('remaining', '=', remaining)
    .where('kind', 'in', ['threshold', 'sold_out'])
    .executeTakeFirst()
  return row?.level ?? null
}
