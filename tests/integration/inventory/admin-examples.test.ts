import { describe, expect, test } from 'vitest'
import { getTotalAvailableSpots, isCityAvailable } from '@/lib/cities'
import {
  checkInventoryStatus,
  decrementInventory,
  expandInventory,
  getActualAvailableSpots,
  getInventoryExpansions,
  getInventoryTransactions,
  getPublicAvailableSpots,
  resetInventory,
  validateInventoryForCheckout,
} from '@/lib/inventory'
import { aCity } from '../../support/stories/city'
import { storyDatabase } from '../../support/stories/database'

storyDatabase()

describe('admin expansion', () => {
  test('adds hidden seats that sell', async () => {
    const cityId = await aCity()
    expect(await expandInventory(cityId, 'ga', 10, 'Nate', 'a bigger room')).toEqual({
      success: true,
      newLimit: 45,
    })
    expect(await getPublicAvailableSpots(cityId, 'ga')).toBe(35)
    expect(await getActualAvailableSpots(cityId, 'ga')).toBe(45)
    expect(await getTotalAvailableSpots(cityId, 'ga')).toBe(45)
    expect(await validateInventoryForCheckout(cityId, 'ga', 40)).toEqual({ valid: true, available: 45 })
    expect(await getInventoryExpansions(cityId)).toEqual([
      {
        id: expect.any(String) as string,
        cityId,
        tier: 'ga',
        additionalSpots: 10,
        previousLimit: 35,
        newLimit: 45,
        authorizedBy: 'Nate',
        reason: 'a bigger room',
        timestamp: expect.any(Date) as Date,
      },
    ])
  })

  test.each([0, -5, 1.5, NaN])('of %s spots is refused', async (spots) => {
    expect(await expandInventory('sf-jun-2026', 'ga', spots, 'Nate')).toEqual({
      success: false,
      error: 'Additional spots must be positive',
    })
  })

  test('needs somebody who authorizes it, and takes 10,000 seats at most', async () => {
    expect(await expandInventory('sf-jun-2026', 'ga', 5, '')).toEqual({
      success: false,
      error: 'Authorization required for inventory expansion',
    })
    expect(await expandInventory('sf-jun-2026', 'ga', 10_001, 'Nate')).toMatchObject({ success: false })
    expect(await expandInventory('atlantis', 'ga', 5, 'Nate')).toMatchObject({ success: false })
    expect(await getInventoryExpansions('sf-jun-2026')).toEqual([])
  })

  test('a reset puts everything back', async () => {
    const cityId = await aCity()
    await expandInventory(cityId, 'vip', 5, 'Nate')
    await decrementInventory(cityId, 'vip', 3)
    expect(await resetInventory(cityId, '', 'a rehearsal')).toEqual({
      success: false,
      error: 'Authorization required for inventory reset',
    })
    expect(await resetInventory(cityId, 'Nate', 'a rehearsal')).toEqual({ success: true })
    expect(await checkInventoryStatus(cityId)).toMatchObject({
      sold: { vip: 0 },
      held: { vip: 0 },
      actualLimits: { vip: 15 },
    })
    expect(await resetInventory('atlantis', 'Nate', 'a rehearsal')).toMatchObject({ success: false })
  })
})

describe('monitoring', () => {
  test('the newest transactions first, with what they were for', async () => {
    const cityId = await aCity()
    await decrementInventory(cityId, 'ga', 2, { sessionId: `cs_${cityId}`, paymentIntentId: `pi_${cityId}` })
    await expandInventory(cityId, 'vip', 3, 'Nate', 'more chairs')
    const [expansion, sale, ...opening] = await getInventoryTransactions(cityId)
    expect(expansion).toEqual({
      id: expect.any(String) as string,
      cityId,
      tier: 'vip',
      quantity: 3,
      operation: 'expand',
      timestamp: expect.any(Date) as Date,
      metadata: { adminUserId: 'Nate', reason: 'more chairs' },
    })
    expect(sale).toMatchObject({
      tier: 'ga',
      quantity: 2,
      operation: 'decrement',
      metadata: { sessionId: `cs_${cityId}`, paymentIntentId: `pi_${cityId}` },
    })
    expect(opening.map((row) => row.operation)).toEqual(['open', 'open'])
    expect(await getInventoryTransactions(cityId, 1)).toEqual([expansion])
    expect(await getInventoryTransactions('atlantis')).toEqual([])
  })

  test('sold out, publicly and really', async () => {
    const cityId = await aCity({ ga: 2, vip: 1 })
    await expandInventory(cityId, 'ga', 1, 'Nate')
    await decrementInventory(cityId, 'ga', 2)
    await decrementInventory(cityId, 'vip', 1)
    expect(await checkInventoryStatus(cityId)).toMatchObject({
      isPublicSoldOut: true,
      isActualSoldOut: false,
    })
    expect(await isCityAvailable(cityId)).toBe(true)
    await decrementInventory(cityId, 'ga', 1)
    expect(await checkInventoryStatus(cityId)).toMatchObject({ isPublicSoldOut: true, isActualSoldOut: true })
    expect(await isCityAvailable(cityId)).toBe(false)
  })
})
