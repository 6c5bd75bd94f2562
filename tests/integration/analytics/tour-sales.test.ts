import { expect, test } from 'vitest'
import { noteTourSales, readTourSales } from '@/lib/analytics/tour-sales'
import { database } from '@/lib/database'
import { execute } from '@/lib/inventory/execute'
import type { Command } from '@/lib/inventory/commands'
import { aCity } from '@/tests/support/stories/city'
import { reset, sell } from '@/tests/support/stories/commands'
import { storyDatabase } from '@/tests/support/stories/database'

/** One timeline from top to bottom: what was noted does not change. */

const story = storyDatabase()
const zone = 'America/Chicago'
const day = 24 * 60

test('each full hour is noted once, and days are what all cities sold', async () => {
  await noonIn(zone)
  const cityId = await aCity()
  await run(sell(3, { sessionId: 'cs_1' }, { cityId }))
  await story.moveClock(day)
  await run(sell(2, { sessionId: 'cs_2' }, { cityId, tier: 'vip' }))
  await run(reset(cityId))
  await story.moveClock(day)
  await noteAll()
  expect(await noteTourSales(database())).toBe(0)
  await run(sell(1, { sessionId: 'cs_3' }, { cityId }))

  const days = await readTourSales(zone)
  expect(days.ga).toHaveLength(30)
  expect(days.ga.slice(-3).map(({ sold }) => sold)).toEqual([3, 0, 1])
  expect(days.vip.slice(-3).map(({ sold }) => sold)).toEqual([0, 2, 0])
  expect(days.ga.slice(0, 20).every(({ sold }) => sold === 0)).toBe(true)
})

test('an hour that was noted stays as it is', async () => {
  const before = await notes()
  await story.moveClock(61)
  await noteAll()
  const after = await notes()
  expect(after.slice(0, before.length)).toEqual(before)
  expect(after.length).toBeGreaterThan(before.length)
})

test('an hour is noted when nobody can write of it any more', async () => {
  await story.owner.query(
    `update app_clock set shift = date_trunc('hour', app_now()) + interval '1 hour 4 minutes' - now()`,
  )
  await noteAll()
  expect(await noteTourSales(database())).toBe(0)
  await story.moveClock(2)
  expect(await noteTourSales(database())).toBe(1)
})

test('days that nobody noted are gaps', async () => {
  await story.moveClock(3 * day)
  const days = await readTourSales(zone)
  expect(days.ga.slice(-3).map(({ sold }) => sold)).toEqual([null, null, null])
  expect(days.ga.at(-6)?.sold).toBe(3)
  await noteAll()
  expect((await readTourSales(zone)).ga.slice(-3).map(({ sold }) => sold)).toEqual([0, 0, 0])
})

test('a reset between the last full hour and a midnight at half past is no sale of either day', async () => {
  // Midnight in India is at 18:30 UTC.
  await nextDayAt('12:00')
  const cityId = await aCity()
  await run(sell(5, { sessionId: 'cs_4' }, { cityId }))
  await nextDayAt('18:10')
  await run(reset(cityId))
  await nextDayAt('12:00')
  await noteAll()
  const days = (await readTourSales('Asia/Kolkata')).ga.slice(-3)
  expect(days.map(({ sold }) => sold)).toEqual([5, 0, 0])
  expect(days.map(({ from }) => from.toISOString().slice(11, 16))).toEqual(['18:30', '18:30', '18:30'])
})

/** @param time of the clock in UTC */
async function nextDayAt(time: string): Promise<void> {
  await story.owner.query(
    `update app_clock set shift = date_trunc('day', app_now(), 'UTC') + interval '1 day' + $1::interval - now()`,
    [time],
  )
}

async function noonIn(timeZone: string): Promise<void> {
  await story.owner.query(
    `update app_clock set shift =
       ((date_trunc('day', now() at time zone $1) + interval '36 hours') at time zone $1) - now()`,
    [timeZone],
  )
}

async function run(command: Command): Promise<void> {
  const [[outcome] = []] = await execute([[command]])
  expect(outcome?.status).toBe('applied')
}

async function noteAll(): Promise<void> {
  while ((await noteTourSales(database())) > 0);
}

async function notes() {
  return story.owner.query(`select * from tour_sales order by at, tier`)
}
