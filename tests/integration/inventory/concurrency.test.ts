import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  checkInventoryStatus,
  decrementInventory,
  expandInventory,
  getActualAvailableSpots,
  getPublicAvailableSpots,
  reserveInventory,
} from '@/lib/inventory'
import type { Command } from '@/lib/inventory/commands'
import type { Outcome } from '@/lib/inventory/outcomes'
import { execute } from '@/lib/inventory/execute'
import { aCity } from '../../support/stories/city'
import { expand, hold, reduce, reset, sell } from '../../support/stories/commands'
import { storyDatabase } from '../../support/stories/database'
import { accept, deliver } from '../../support/stories/deliver'
import { aTicket } from '../../support/stories/tickets'
import { violations } from '../../support/stories/violations'

const story = storyDatabase()

const times = <T>(count: number, make: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)))

async function one(command: Command): Promise<Outcome> {
  const [[outcome] = []] = await execute([[command]])
  if (!outcome) throw new Error('no outcome')
  return outcome
}

const applied = (outcomes: Outcome[]) => outcomes.filter((outcome) => outcome.status === 'applied').length

/** A city with so many GA seats left of 35. */
async function withSeatsLeft(left: number): Promise<string> {
  const cityId = await aCity()
  await decrementInventory(cityId, 'ga', 35 - left)
  return cityId
}

describe('C01: the last seat', () => {
  test('twenty visitors at the same instant: exactly one holds it, and may ask again', async () => {
    const cityId = await withSeatsLeft(1)
    const holds = Array.from({ length: 20 }, (_, index) =>
      hold(1, { cityId, reservationId: randomUUID(), visitorHash: `${cityId} ${index}` }),
    )
    const outcomes = await times(20, (index) => one(holds[index] ?? hold(1)))
    expect(applied(outcomes)).toBe(1)
    expect(
      outcomes.filter((outcome) => outcome.status === 'rejected' && outcome.available === 0),
    ).toHaveLength(19)
    const holder = holds[outcomes.findIndex((outcome) => outcome.status === 'applied')]
    expect(await one(holder ?? hold(1))).toMatchObject({ status: 'duplicate', code: 'already_held' })
    expect(await violations()).toEqual([])
  })

  test('one visitor twenty times at once has one hold', async () => {
    const cityId = await aCity()
    const outcomes = await times(20, () =>
      one(hold(1, { cityId, reservationId: randomUUID(), visitorHash: `double click ${cityId}` })),
    )
    expect(applied(outcomes)).toBe(1)
    expect(outcomes.filter((outcome) => 'code' in outcome && outcome.code === 'live_hold')).toHaveLength(19)
  })

  test('one email address in two cities at once holds no more than its limit', async () => {
    const places = [await aCity(), await aCity()]
    const email = `${randomUUID()}@example.com`
    const outcomes = await times(12, async (index) => {
      const command = hold(3, { cityId: places[index % 2] ?? '', reservationId: randomUUID(), email })
      const [[outcome] = []] = await execute([[command]], { limits: { perEmail: 10 } })
      return outcome
    })
    expect(outcomes.filter((outcome) => outcome?.status === 'applied')).toHaveLength(3)
  })
})

describe('C02: two paid sessions for one seat', () => {
  test('at once: one is sold, the other is an exception', async () => {
    for (let round = 0; round < 10; round++) {
      const cityId = await withSeatsLeft(1)
      const tickets = [aTicket({ cityId }), aTicket({ cityId })]
      await Promise.all(tickets.map((ticket) => deliver([ticket.completed()])))
      const ended = await story.owner.query<{ state: string }>(
        'select state from payments where session_id = any($1) order by state',
        [tickets.map((ticket) => ticket.sessionId)],
      )
      expect(ended.map((row) => row.state)).toEqual(['exception', 'sold'])
    }
    expect(await violations()).toEqual([])
  })
})

describe('C04: safety is not in the caller', () => {
  test('the library function 50 times in parallel with 5 free: 5 succeed', async () => {
    const cityId = await withSeatsLeft(5)
    const results = await times(50, () => decrementInventory(cityId, 'ga', 1))
    expect(results.filter((result) => result.success)).toHaveLength(5)
    const refused = results.filter((result) => !result.success)
    expect(refused).toHaveLength(45)
    expect(refused[0]).toEqual({
      success: false,
      error: 'Insufficient inventory. Available: 0, Requested: 1',
    })
  })

  test('one session 30 times in parallel is one sale', async () => {
    const cityId = await aCity()
    const sessionId = `cs_${randomUUID()}`
    const results = await times(30, () => decrementInventory(cityId, 'ga', 2, { sessionId }))
    expect(results.filter((result) => result.success && !result.duplicate)).toHaveLength(1)
    expect(results.filter((result) => result.duplicate)).toHaveLength(29)
    expect(await getActualAvailableSpots(cityId, 'ga')).toBe(33)
  })
})

describe('C05: the same rows in any order', () => {
  test('four workers alternate tiers while a bulk expands in reverse and a reset comes', async () => {
    const places = [await aCity({ ga: 300, vip: 300 }), await aCity({ ga: 300, vip: 300 })]
    const sale = (cityId: string, tier: 'ga' | 'vip') =>
      sell(1, { id: randomUUID() }, { cityId, tier, reach: 'actual' })
    const sold = Promise.withResolvers<undefined>()
    const worker = async (index: number) => {
      for (let call = 0; call < 25; call++) {
        const [cityId = '', other = ''] = (index + call) % 2 ? places : places.toReversed()
        const tiers = call % 2 ? (['ga', 'vip'] as const) : (['vip', 'ga'] as const)
        const outcomes = await execute([tiers.map((tier) => sale(cityId, tier)), [sale(other, tiers[0])]])
        expect(applied(outcomes.flat())).toBe(3)
        sold.resolve(undefined)
      }
    }
    const bulk = async () => {
      for (let call = 0; call < 10; call++)
        await execute(places.toReversed().map((cityId) => [expand(1, { cityId }), expand(1, { cityId })]))
    }
    const resetInBetween = async () => {
      await sold.promise
      expect(await one(reset(places[0]))).toMatchObject({ status: 'applied' })
    }
    const before = await story.deadlocks()
    await Promise.all([worker(0), worker(1), worker(2), worker(3), bulk(), resetInBetween()])
    expect(await story.deadlocks()).toBe(before)
    const status = await checkInventoryStatus(places[1] ?? '')
    expect(status?.actualLimits).toEqual({ ga: 320, vip: 300 })
    const [ledger] = await story.owner.query<{ seats: number; raced: boolean }>(
      `select sum(t.quantity)::int as seats,
         bool_or(t.sequence < r.sequence) and bool_or(t.sequence > r.sequence) as raced
       from inventory_transactions t
       left join inventory_transactions r on r.operation = 'reset' and r.city_id = t.city_id and r.tier = t.tier
       where t.city_id = any($1) and t.operation = 'decrement'`,
      [places],
    )
    expect(ledger).toEqual({ seats: 300, raced: true })
    expect(await violations()).toEqual([])
  })
})

describe('C06: a limit cut while a checkout commits', () => {
  test('exactly one of the two wins, every time', async () => {
    for (let round = 0; round < 15; round++) {
      const cityId = await withSeatsLeft(1)
      const [cut, taken] = await Promise.all([
        one(reduce(34, { cityId })),
        one(hold(1, { cityId, reservationId: randomUUID() })),
      ])
      expect([cut.status, taken.status].sort()).toEqual(['applied', 'rejected'])
      expect(await getPublicAvailableSpots(cityId, 'ga')).toBe(0)
    }
    expect(await violations()).toEqual([])
  })
})

describe('C07: seats come back though every worker is dead', () => {
  test('for readers and for the next holds, each once', async () => {
    const cityId = await aCity()
    for (let index = 0; index < 5; index++) await reserveInventory(cityId, 'ga', 1, `${cityId} ${index}`, 15)
    expect(await getPublicAvailableSpots(cityId, 'ga')).toBe(30)
    await story.moveClock(15)
    expect(await getPublicAvailableSpots(cityId, 'ga')).toBe(35)
    expect(await checkInventoryStatus(cityId)).toMatchObject({ held: { ga: 0 }, actualAvailable: { ga: 35 } })
    const results = await times(8, (index) => reserveInventory(cityId, 'ga', 5, `${cityId} next ${index}`))
    expect(results.filter((result) => result.success)).toHaveLength(7)
    expect(await checkInventoryStatus(cityId)).toMatchObject({ held: { ga: 35 } })
    expect(await violations()).toEqual([])
  })

  test.each(['expired', 'asyncFailed'] as const)(
    'though Stripe has told that nobody will pay: %s, accepted and not yet worked on',
    async (ending) => {
      const cityId = await withSeatsLeft(5)
      const tickets = Array.from({ length: 5 }, () => aTicket({ cityId }))
      await execute(tickets.map((ticket) => [ticket.hold]))
      const news = tickets.map((ticket) => ticket[ending]())
      await accept(news)
      expect(await getPublicAvailableSpots(cityId, 'ga')).toBe(0)
      await story.moveClock(60)
      expect(await getPublicAvailableSpots(cityId, 'ga')).toBe(5)
      const next = await reserveInventory(cityId, 'ga', 5, `${cityId} next`, 60)
      expect(next).toMatchObject({ success: true })
      await deliver(news)
      expect(await checkInventoryStatus(cityId)).toMatchObject({ sold: { ga: 30 }, held: { ga: 5 } })
      expect(await violations()).toEqual([])
    },
  )

  test('not while an accepted payment waits for the worker: it gets its seat', async () => {
    const cityId = await withSeatsLeft(1)
    const ticket = aTicket({ cityId })
    await execute([[ticket.hold]])
    const paid = ticket.completed()
    await accept([paid])
    await story.moveClock(60)
    expect(await getPublicAvailableSpots(cityId, 'ga')).toBe(0)
    expect(await reserveInventory(cityId, 'ga', 1, `${cityId} other`)).toMatchObject({
      success: false,
      error: 'Insufficient inventory. Available: 0, Requested: 1',
    })
    // Whoever names the reservation itself does not make it lapse either.
    expect(await one({ ...ticket.hold })).toMatchObject({ code: 'reservation_conflict' })
    await expandInventory(cityId, 'ga', 1, 'Nate')
    await decrementInventory(cityId, 'ga', 1)
    await deliver([paid])
    expect(await checkInventoryStatus(cityId)).toMatchObject({ sold: { ga: 36 }, held: { ga: 0 } })
  })

  test('and its buyer, who looks again, is told of the checkout that is being paid', async () => {
    const cityId = await aCity()
    const ticket = aTicket({ cityId })
    const visitorHash = `visitor of ${cityId}`
    await execute([[{ ...ticket.hold, visitorHash }]])
    await accept([ticket.completed()])
    await story.moveClock(60)
    const next = hold(1, { cityId, reservationId: randomUUID(), visitorHash })
    expect(await one(next)).toMatchObject({ status: 'rejected', code: 'live_hold' })
  })
})
