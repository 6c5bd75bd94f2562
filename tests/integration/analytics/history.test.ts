import { afterEach, expect, test } from 'vitest'
import { readHistory } from '@/lib/analytics/history'
import { readLastSales } from '@/lib/analytics/last-sales'
import { readLiveHolds } from '@/lib/analytics/live-holds'
import { execute } from '@/lib/inventory/execute'
import type { Command } from '@/lib/inventory/commands'
import { aCity } from '@/tests/support/stories/city'
import { expand, hold, reset, sell, undoReset } from '@/tests/support/stories/commands'
import { storyDatabase } from '@/tests/support/stories/database'

const story = storyDatabase()

const day = 24 * 60
const authority = { authorizedBy: 'Nate' }

async function run(command: Command): Promise<void> {
  const [[outcome] = []] = await execute([[command]])
  expect(outcome?.status).toBe('applied')
}

let sales = 0
async function sellSeats(cityId: string, quantity: number): Promise<void> {
  await run(sell(quantity, { sessionId: `cs_${sales++}` }, { cityId, tier: 'ga' }))
}

/** Noon in Chicago today, so that nothing below crosses midnight by chance. */
async function setClock(): Promise<void> {
  await story.owner.query(`update app_clock set shift =
    ((date_trunc('day', now() at time zone 'America/Chicago') + interval '12 hours') at time zone 'America/Chicago') - now()`)
}

afterEach(async () => {
  await story.owner.query(`update app_clock set shift = '0'`)
})

test('each day is what was sold less what came back, a reset is neither, and days before the opening are gaps', async () => {
  await setClock()
  const cityId = await aCity({ ga: 35 })
  await sellSeats(cityId, 4)
  await story.moveClock(day)
  await sellSeats(cityId, 2)
  await run(reset(cityId))
  await sellSeats(cityId, 1)
  await story.moveClock(day)
  await run(expand(5, { cityId }))
  await run(undoReset(cityId))
  await story.moveClock(day)

  const [ga, vip] = await readHistory([cityId], { step: 'day', count: 5 })
  expect(ga?.periods.map(({ sold }) => sold)).toEqual([null, 4, 3, 0, 0])
  expect(ga?.points.map(({ sold }) => sold)).toEqual([null, null, 4, 1, 7, 7])
  expect(ga?.points.map(({ capacity }) => capacity)).toEqual([null, null, 35, 35, 40, 40])
  expect(vip?.periods.map(({ sold }) => sold)).toEqual([null, 0, 0, 0, 0])
})

test('days begin at midnight in the city, hours on the hour', async () => {
  await setClock()
  const cityId = await aCity()
  const [byDay] = await readHistory([cityId], { step: 'day', count: 3 })
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/Chicago',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  })
  expect(byDay?.periods.map(({ from }) => clock.format(from))).toEqual(['00:00', '00:00', '00:00'])
  const [byHour] = await readHistory([cityId], { step: 'hour', count: 48 })
  expect(byHour?.periods).toHaveLength(48)
  expect(byHour?.periods.every(({ from }) => from.getUTCMinutes() === 0)).toBe(true)
  const [byWeek] = await readHistory([cityId], { step: 'week', count: 2 })
  const weekday = new Intl.DateTimeFormat('en-US', { timeZone: 'America/Chicago', weekday: 'short' })
  expect(byWeek?.periods.map(({ from }) => weekday.format(from))).toEqual(['Mon', 'Mon'])
})

test('several sales of one batch count as of their moment', async () => {
  const cityId = await aCity()
  await execute(
    [1, 2, 3].map((seats) => [sell(seats, { sessionId: `cs_batch_${seats}_${cityId}` }, { cityId })]),
  )
  const [ga] = await readHistory([cityId], { step: 'day', count: 1 })
  expect(ga?.points.at(-1)?.sold).toBe(6)
})

test('no city, no history', async () => {
  expect(await readHistory([], { step: 'day', count: 3 })).toEqual([])
  expect(await readHistory(['atlantis'], { step: 'day', count: 3 })).toEqual([])
})

test('the last sale is the last one of that tier, not the last row', async () => {
  const [sold, quiet] = [await aCity(), await aCity()]
  await sellSeats(sold, 1)
  await run(expand(1, { cityId: sold, authority }))
  const found = await readLastSales([sold, quiet])
  expect(found.map(({ cityId, tier }) => [cityId, tier])).toEqual([[sold, 'ga']])
})

test('holds in progress: those that end first come first, lapsed ones are gone', async () => {
  const cityId = await aCity({ holdMinutes: 30 })
  await run(hold(2, { cityId, reservationId: `late-${cityId}`, minutes: 20 }))
  await run(hold(1, { cityId, reservationId: `soon-${cityId}`, minutes: 5, email: 'ada@example.com' }))
  const { holds, total } = await readLiveHolds(cityId)
  expect(total).toBe(2)
  expect(holds.map(({ reservationId, quantity }) => [reservationId, quantity])).toEqual([
    [`soon-${cityId}`, 1],
    [`late-${cityId}`, 2],
  ])
  expect(holds[0]?.email).toBe('ada@example.com')
  expect(holds[0]?.secondsLeft).toBeGreaterThan(280)
  expect(holds[0]?.secondsLeft).toBeLessThanOrEqual(300)
  expect((await readLiveHolds(cityId, { limit: 1 })).total).toBe(2)

  await story.moveClock(6)
  expect((await readLiveHolds(cityId)).holds.map(({ quantity }) => quantity)).toEqual([2])
})
