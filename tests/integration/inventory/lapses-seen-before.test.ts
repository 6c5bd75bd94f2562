import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  checkInventoryStatus,
  decrementInventory,
  releaseInventoryReservation,
  reserveInventory,
  resetInventory,
} from '@/lib/inventory'
import { leaseToClose } from '@/lib/checkout/reservations'
import { expandCapacity } from '@/lib/inventory/admin'
import { executeOne } from '@/lib/inventory/execute-one'
import { readPublicStock } from '@/lib/inventory/public-stock'
import type { Tier } from '@/lib/tier'
import { ticketCounter } from '@/tests/support/ticket-counter'

/** Holds come to their end by the clock, and no worker lives that would write it down. */

const counter = ticketCounter()

async function publicStockOf(city: string) {
  const { stock } = await readPublicStock()
  const found = stock.find(({ cityId }) => cityId === city)
  if (!found) throw new Error(`no stock in ${city}`)
  return found
}

async function hold(city: string, quantity: number, minutes: number, tier: Tier = 'ga'): Promise<string> {
  const id = randomUUID()
  expect(await reserveInventory(city, tier, quantity, id, minutes)).toMatchObject({ success: true })
  return id
}

const expand = (city: string, tier: Tier = 'ga') => expandCapacity(city, tier, 5, { authorizedBy: 'Nate' })

/** Paid for; the news of it has not come yet. */
async function paid(city: string) {
  const { sessionId } = await counter.opened(city)
  const { events } = await counter.control.pay(sessionId)
  return events
}

test('a hold of as many seats as have just lapsed is news', async () => {
  const city = await counter.aCity({ ga: 4 })
  await hold(city, 2, 10)
  await counter.advance(11)
  const lapsed = await publicStockOf(city)
  expect(lapsed.publicAvailable.ga).toBe(4)
  await counter.advance(1)
  await hold(city, 2, 10)
  const held = await publicStockOf(city)
  expect(held.publicAvailable.ga).toBe(2)
  expect(held.lastUpdated.getTime()).toBeGreaterThan(lapsed.lastUpdated.getTime())
})

test('a sale of a hold that readers no longer counted is news', async () => {
  const city = await counter.aCity({ ga: 4 })
  const reservationId = await hold(city, 2, 10)
  await counter.advance(12)
  const lapsed = await publicStockOf(city)
  expect(await decrementInventory(city, 'ga', 2, { reservationId })).toMatchObject({ success: true })
  const sold = await publicStockOf(city)
  expect(sold.publicAvailable.ga).toBe(2)
  expect(sold.lastUpdated.getTime()).toBeGreaterThan(lapsed.lastUpdated.getTime())
})

test('so is a bank debit that begins when its hold had lapsed', async () => {
  const city = await counter.aCity({ ga: 4 })
  const { reservationId, sessionId } = await counter.opened(city)
  await counter.advance(60)
  const lapsed = await publicStockOf(city)
  await executeOne({ type: 'await', payment: { sessionId }, reservationId })
  const kept = await publicStockOf(city)
  expect(kept.publicAvailable.ga).toBe(3)
  expect(kept.lastUpdated.getTime()).toBeGreaterThan(lapsed.lastUpdated.getTime())
})

test('money whose news comes late takes its seat back, from the moment on at which it is accepted', async () => {
  const city = await counter.aCity({ ga: 4 })
  const events = await paid(city)
  await counter.advance(60)
  const [lapsed, lapsedForAdmins] = [await publicStockOf(city), await checkInventoryStatus(city)]
  expect(lapsed.publicAvailable.ga).toBe(4)
  await counter.advance(1)

  await counter.deliver(...events)
  const [accepted, acceptedForAdmins] = [await publicStockOf(city), await checkInventoryStatus(city)]
  expect(accepted.publicAvailable.ga).toBe(3)
  expect(accepted.lastUpdated.getTime()).toBeGreaterThan(lapsed.lastUpdated.getTime())
  expect(acceptedForAdmins?.lastUpdated.getTime()).toBeGreaterThan(
    lapsedForAdmins?.lastUpdated.getTime() ?? Infinity,
  )

  await counter.advance(1)
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
  expect(await publicStockOf(city)).toEqual(accepted)
})

test('money whose news came in time changes nothing, however late it is worked off', async () => {
  const city = await counter.aCity({ ga: 4 })
  const events = await paid(city)
  await counter.deliver(...events)
  const before = await publicStockOf(city)
  await counter.advance(60)
  expect(await publicStockOf(city)).toEqual(before)
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 1, held: 0 })
  expect(await publicStockOf(city)).toEqual(before)
})

test('nor does money that came in time through a session which its hold knew nothing of', async () => {
  const city = await counter.aCity({ ga: 4 })
  const reservationId = await hold(city, 2, 10)
  const metadata = { cityId: city, ticketType: 'GA', quantity: '2', reservationId }
  const { session } = await counter.control.createSession({ metadata, quantity: 2 })
  const { events } = await counter.control.pay(session.id)
  await counter.advance(5)
  await counter.deliver(...events)
  const before = await publicStockOf(city)
  expect(before.publicAvailable.ga).toBe(2)
  await counter.advance(7)
  expect(await publicStockOf(city)).toEqual(before)
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 2, held: 0 })
  expect(await publicStockOf(city)).toEqual(before)
})

test('where what was accepted keeps no seat after all, it is back from then on', async () => {
  const city = await counter.aCity({ ga: 4 })
  const { reservationId, sessionId } = await counter.opened(city)
  // Its page ends while its buyer changes their mind, and never does.
  await leaseToClose(reservationId)
  await counter.control.expire(sessionId)
  await counter.handle(await counter.expiryOf(sessionId))
  await counter.advance(60)
  const { sessions } = await counter.control.snapshot()
  const ended = sessions.find(({ id }) => id === sessionId)
  await counter.deliver(await counter.control.emitEvent('checkout.session.completed', ended))
  const accepted = await publicStockOf(city)
  expect(accepted.publicAvailable.ga).toBe(3)
  await counter.advance(1)

  await counter.work()
  const back = await publicStockOf(city)
  expect(back.publicAvailable.ga).toBe(4)
  expect(back.lastUpdated.getTime()).toBeGreaterThan(accepted.lastUpdated.getTime())
  await expand(city)
  expect(await publicStockOf(city)).toEqual(back)
  expect((await counter.stock(city)).held).toBe(0)
})

test.each<Tier>(['ga', 'vip'])('an expansion of %s that writes lapses off leaves no trace', async (tier) => {
  const city = await counter.aCity({ ga: 9, vip: 9 })
  await hold(city, 1, 10, tier)
  await hold(city, 2, 20, tier)
  await hold(city, 3, 15, 'ga')
  await hold(city, 4, 15, 'vip')
  await counter.advance(25)
  const before = await publicStockOf(city)
  expect(before.publicAvailable).toEqual({ ga: 9, vip: 9 })
  await expand(city, tier)
  expect(await publicStockOf(city)).toEqual(before)
  expect((await counter.stock(city, tier)).held).toBe(0)
})

test('nor does one while a hold lives that began after the last of them', async () => {
  const city = await counter.aCity({ ga: 9 })
  await hold(city, 2, 10)
  await counter.advance(11)
  await hold(city, 2, 60)
  await hold(city, 1, 10)
  await counter.advance(11)
  const before = await publicStockOf(city)
  await expand(city)
  expect(await publicStockOf(city)).toEqual(before)
})

test('nor one that writes off the lapse of hidden seats', async () => {
  const city = await counter.aCity({ ga: 2 })
  await decrementInventory(city, 'ga', 2, { sessionId: `cs_${city}` })
  await expand(city)
  await hold(city, 2, 10)
  const before = await publicStockOf(city)
  await counter.advance(11)
  await expand(city)
  expect(await publicStockOf(city)).toEqual(before)
})

/** Two public seats, and five hidden ones: the public ones have lapsed, and are kept again for money that was accepted. */
async function lapsedAndKept() {
  const city = await counter.aCity({ ga: 2 })
  await expand(city)
  const { sessionId } = await counter.opened(city, { quantity: 2 })
  const { events } = await counter.control.pay(sessionId)
  const other = await counter.opened(city, { quantity: 2 })
  await counter.advance(60)
  await counter.deliver(...events)
  const kept = await publicStockOf(city)
  expect(kept.publicAvailable.ga).toBe(0)
  await counter.advance(1)
  return { city, kept, other }
}

test('nor does a hold of hidden seats, while lapsed ones are kept for money that was accepted', async () => {
  const { city, kept } = await lapsedAndKept()
  await hold(city, 2, 10)
  expect(await publicStockOf(city)).toEqual(kept)
})

test('nor a bank debit that begins then, whose hold of hidden seats had lapsed', async () => {
  const { city, kept, other } = await lapsedAndKept()
  const { sessionId, reservationId } = other
  await executeOne({ type: 'await', payment: { sessionId }, reservationId })
  expect(await publicStockOf(city)).toEqual(kept)
})

test('nor a hidden seat that comes back, with which the lapse of another would have shown', async () => {
  const { city } = await lapsedAndKept()
  const released = await hold(city, 1, 1_000)
  const { sessionId } = await counter.opened(city)
  const { events } = await counter.control.pay(sessionId)
  await counter.advance(60)
  await counter.deliver(...events)
  const kept = await publicStockOf(city)
  await counter.advance(1)
  expect(await releaseInventoryReservation(released)).toEqual({ success: true })
  expect(await publicStockOf(city)).toEqual(kept)
  await counter.work()
  expect(await counter.stock(city)).toMatchObject({ sold: 3, held: 0 })
})

test('a reset that finds nothing but lapsed holds changes no public answer', async () => {
  const city = await counter.aCity({ ga: 9, vip: 9 })
  await hold(city, 2, 10)
  await hold(city, 2, 20, 'vip')
  await counter.advance(25)
  const before = await publicStockOf(city)
  expect(await resetInventory(city, 'Nate', 'again')).toEqual({ success: true })
  expect(await publicStockOf(city)).toEqual(before)
})
