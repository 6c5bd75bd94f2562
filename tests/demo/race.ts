import { checkInventoryStatus, decrementInventory } from '@/lib/inventory'
import { chapter, expectPromise, say } from './promise'

const city = 'atlanta-feb-2026'
const buyers = 200

/** More buyers than seats, all at the same moment. */
export async function showRace(): Promise<void> {
  chapter(`A race: ${buyers} buyers for 35 seats`)
  const began = performance.now()
  const results = await Promise.all(
    Array.from({ length: buyers }, (_, buyer) =>
      decrementInventory(city, 'ga', 1, { sessionId: `cs_demo_race_${buyer}` }),
    ),
  )
  say(`${buyers} sales asked for in ${Math.round(performance.now() - began)} ms`)
  const status = await checkInventoryStatus(city)
  expectPromise('exactly 35 get a seat', results.filter((result) => result.success).length, 35)
  expectPromise(
    '165 are told why not',
    results.filter((result) => result.error?.includes('Available: 0')).length,
    165,
  )
  expectPromise('35 seats are sold, not one more', status?.sold.ga, 35)
}
