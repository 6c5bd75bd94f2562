import { expect, test } from 'vitest'
import { decrementInventory, reserveInventory } from '@/lib/inventory'
import { expandCapacity } from '@/lib/inventory/admin'
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
