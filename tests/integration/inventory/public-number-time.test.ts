import { expect, test } from 'vitest'
import { decrementInventory, reserveInventory } from '@/lib/inventory'
import { expandCapacity, resetCity } from '@/lib/inventory/admin'
import type { Command } from '@/lib/inventory/commands'
import { execute } from '@/lib/inventory/execute'
import { readPublicStock } from '@/lib/inventory/public-stock'
import { ticketCounter } from '@/tests/support/ticket-counter'

const counter = ticketCounter()

async function publicStockOf(city: string) {
  const { stock } = await readPublicStock()
  return stock.find(({ cityId }) => cityId === city)
}

test('a hold of hidden seats that lapses leaves no trace in the public answer', async () => {
  const city = await counter.aCity({ ga: 2 })
  await decrementInventory(city, 'ga', 2, { sessionId: `cs_${city}` })
  await expandCapacity(city, 'ga', 5, { authorizedBy: 'Nate' })
  await reserveInventory(city, 'ga', 2, `hidden-${city}`, 10)
  const before = await publicStockOf(city)
  await counter.advance(11)
  expect(await publicStockOf(city)).toEqual(before)
})

test('a public one tells when it did', async () => {
  const city = await counter.aCity({ ga: 2 })
  await reserveInventory(city, 'ga', 2, `public-${city}`, 10)
  const before = await publicStockOf(city)
  await counter.advance(11)
  const after = await publicStockOf(city)
  expect(after?.publicAvailable.ga).toBe(2)
  const minutes = ((after?.lastUpdated.getTime() ?? 0) - (before?.lastUpdated.getTime() ?? 0)) / 60_000
  expect(Math.round(minutes)).toBe(10)
})

test('held seats of one tier that are paid for leave no trace, unless the city is sold out by that', async () => {
  const city = await counter.aCity({ ga: 2, vip: 1 })
  await reserveInventory(city, 'ga', 2, `ga of ${city}`)
  await reserveInventory(city, 'vip', 1, `vip of ${city}`)
  await counter.advance(1)
  const held = await publicStockOf(city)
  await decrementInventory(city, 'ga', 2, { reservationId: `ga of ${city}` })
  expect(await publicStockOf(city)).toEqual(held)

  await decrementInventory(city, 'vip', 1, { reservationId: `vip of ${city}` })
  const soldOut = await publicStockOf(city)
  expect(soldOut).toMatchObject({ isPublicSoldOut: true, publicAvailable: { ga: 0, vip: 0 } })
  expect(soldOut?.lastUpdated.getTime()).toBeGreaterThan(held?.lastUpdated.getTime() ?? Infinity)
})

test('nor do hidden seats of one tier that are sold beyond its public number', async () => {
  const city = await counter.aCity({ ga: 2, vip: 1 })
  await reserveInventory(city, 'ga', 2, `ga of ${city}`)
  await expandCapacity(city, 'ga', 5, { authorizedBy: 'Nate' })
  await counter.advance(1)
  const before = await publicStockOf(city)
  const sale = { sessionId: `cs_${city}` }
  await decrementInventory(city, 'ga', 3, sale)
  expect(await publicStockOf(city)).toEqual(before)
})

test('both tiers are sold out by one transaction, and on sale again by a reset', async () => {
  const city = await counter.aCity({ ga: 2, vip: 1 })
  const order = (tier: 'ga' | 'vip', quantity: number): Command => {
    const id = `${tier} of ${city}`
    return { type: 'hold', cityId: city, tier, quantity, reservationId: id, reach: 'by_setting' }
  }
  await execute([[order('ga', 2)], [order('vip', 1)]])
  const held = await publicStockOf(city)
  await counter.advance(1)
  const sale = (tier: 'ga' | 'vip', quantity: number): Command => {
    const payment = { reservationId: `${tier} of ${city}` }
    return { type: 'sell', cityId: city, tier, quantity, payment, reach: 'actual' }
  }
  await execute([[sale('ga', 2)], [sale('vip', 1)]])
  const soldOut = await publicStockOf(city)
  expect(soldOut?.isPublicSoldOut).toBe(true)
  expect(soldOut?.lastUpdated.getTime()).toBeGreaterThan(held?.lastUpdated.getTime() ?? Infinity)
  await counter.advance(1)
  await resetCity(city, { authorizedBy: 'Nate' })
  const anew = await publicStockOf(city)
  expect(anew?.isPublicSoldOut).toBe(false)
  expect(anew?.lastUpdated.getTime()).toBeGreaterThan(soldOut?.lastUpdated.getTime() ?? Infinity)
})
