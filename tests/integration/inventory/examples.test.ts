import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { validateCheckout } from '@/lib/checkout-validation'
import { getAvailableCities, getCityById, getTotalAvailableSpots, isCityAvailable } from '@/lib/cities'
import { database } from '@/lib/database'
import {
  checkInventoryStatus,
  decrementInventory,
  expandInventory,
  getActualAvailableSpots,
  getAllInventoryStatuses,
  getInventoryExpansions,
  getInventoryTransactions,
  getPublicAvailableSpots,
  processInventoryUpdate,
  releaseInventoryReservation,
  reserveInventory,
  resetInventory,
  validateInventoryForCheckout,
} from '@/lib/inventory'
import { aCity } from '../../support/stories/city'
import { storyDatabase } from '../../support/stories/database'
import { aTicket } from '../../support/stories/tickets'

storyDatabase()

const tour = [
  'dallas-jan-2026',
  'atlanta-feb-2026',
  'vegas-mar-2026',
  'nyc-apr-2026',
  'chicago-may-2026',
  'sf-jun-2026',
]

describe('the seed data', () => {
  test('is the tour of six cities, on sale, in order of date', async () => {
    expect((await getAllInventoryStatuses()).map((status) => status.cityId)).toEqual(tour)
    expect((await getAvailableCities()).map((city) => city.id)).toEqual(tour)
    expect(await getCityById('dallas-jan-2026')).toMatchObject({
      saleState: 'on_sale',
      prices: { ga: { amountCents: 100_000, currency: 'usd' }, vip: { amountCents: 150_000 } },
    })
  })

  test('has 35 GA and 15 VIP in each city', async () => {
    expect(await checkInventoryStatus('sf-jun-2026')).toEqual({
      cityId: 'sf-jun-2026',
      publicLimits: { ga: 35, vip: 15 },
      actualLimits: { ga: 35, vip: 15 },
      sold: { ga: 0, vip: 0 },
      held: { ga: 0, vip: 0 },
      publicAvailable: { ga: 35, vip: 15 },
      actualAvailable: { ga: 35, vip: 15 },
      isPublicSoldOut: false,
      isActualSoldOut: false,
      lastUpdated: expect.any(Date),
    })
  })
})

describe('the checkout flow', () => {
  test('validate, reserve, pay: sold', async () => {
    const cityId = await aCity()
    expect(await validateCheckout({ cityId, ticketType: 'GA', quantity: 2 })).toEqual({
      valid: true,
      errors: [],
      warnings: [],
      inventory: { requested: 2, available: 35, tier: 'ga', cityId },
    })
    const reservation = await reserveInventory(cityId, 'ga', 2, `cart of ${cityId}`)
    expect(reservation).toEqual({
      success: true,
      reservationId: `cart of ${cityId}`,
      expiresAt: expect.any(Date),
    })
    expect(await reserveInventory(cityId, 'ga', 2, `cart of ${cityId}`)).toEqual(reservation)
    expect(await getPublicAvailableSpots(cityId, 'GA')).toBe(33)
    const payment = { sessionId: `cs_${cityId}`, reservationId: reservation.reservationId }
    expect(await decrementInventory(cityId, 'ga', 2, payment)).toEqual({ success: true, availableAfter: 33 })
    expect(await decrementInventory(cityId, 'ga', 2, payment)).toEqual({
      success: true,
      duplicate: true,
      availableAfter: 33,
    })
    expect(await checkInventoryStatus(cityId)).toMatchObject({ sold: { ga: 2 }, held: { ga: 0 } })
  })

  test('a cart that is given up', async () => {
    const cityId = await aCity()
    await reserveInventory(cityId, 'vip', 1, `given up ${cityId}`, 30)
    expect(await releaseInventoryReservation(`given up ${cityId}`)).toEqual({ success: true })
    expect(await releaseInventoryReservation(`given up ${cityId}`)).toEqual({ success: true })
    expect(await getActualAvailableSpots(cityId, 'vip')).toBe(15)
    expect(await releaseInventoryReservation('nobody’s')).toEqual({
      success: false,
      error: 'There is no such reservation',
    })
    expect(await reserveInventory(cityId, 'vip', 1, `given up ${cityId}`)).toMatchObject({
      success: false,
      expiresAt: null,
    })
  })

  test('a reservation lasts 15 minutes, or as long as it is told to', async () => {
    const cityId = await aCity()
    const minutesFromNow = (at: Date | null) => Math.round(((at?.getTime() ?? 0) - Date.now()) / 60_000)
    const { expiresAt } = await reserveInventory(cityId, 'ga', 1, randomUUID())
    expect(minutesFromNow(expiresAt)).toBe(15)
    expect(minutesFromNow((await reserveInventory(cityId, 'ga', 1, randomUUID(), 45)).expiresAt)).toBe(45)
    for (const minutes of [0, -1, NaN, 1_431]) {
      expect(await reserveInventory(cityId, 'ga', 1, randomUUID(), minutes)).toMatchObject({
        success: false,
        error: 'timeoutMinutes must be from 1 to 1430',
      })
    }
  })

  test('a sold cart cannot be given back', async () => {
    const cityId = await aCity()
    await reserveInventory(cityId, 'ga', 1, `sold ${cityId}`)
    await decrementInventory(cityId, 'ga', 1, { reservationId: `sold ${cityId}` })
    expect(await releaseInventoryReservation(`sold ${cityId}`)).toEqual({
      success: false,
      error: 'This reservation has been sold',
    })
  })

  test('too many tickets', async () => {
    const cityId = await aCity()
    expect(await validateInventoryForCheckout(cityId, 'ga', 40)).toEqual({
      valid: false,
      available: 35,
      error: 'Only 35 GA tickets available, but 40 requested',
    })
    expect(await validateInventoryForCheckout(cityId, 'vip', 15)).toEqual({ valid: true, available: 15 })
    expect(await decrementInventory(cityId, 'ga', 50)).toEqual({
      success: false,
      error: 'Insufficient inventory. Available: 35, Requested: 50',
    })
  })

  test('the last tickets come with a warning, too few with suggestions', async () => {
    const cityId = await aCity({ ga: 4 })
    expect(await validateCheckout({ cityId, ticketType: ' ga', quantity: 4 })).toMatchObject({
      valid: true,
      warnings: ['Only 4 GA tickets remain'],
    })
    const tooFew = await validateCheckout({ cityId, ticketType: 'GA', quantity: 5 })
    expect(tooFew).toMatchObject({
      valid: false,
      errors: ['Only 4 GA tickets available, but 5 requested'],
      suggestions: { alternativeTiers: ['vip'] },
    })
    expect(tooFew.suggestions?.alternativeCities).toEqual(expect.arrayContaining(tour))
    expect(tooFew.suggestions?.alternativeCities).not.toContain(cityId)
    const order = { cityId, ticketType: 'GA', quantity: 5 }
    expect(await validateCheckout(order, { suggest: false })).not.toHaveProperty('suggestions')
  })

  test('a webhook’s session', async () => {
    const ticket = aTicket({ cityId: 'nyc-apr-2026', tier: 'vip', quantity: 2 })
    const session = ticket.completed().object
    expect(await processInventoryUpdate(session)).toEqual({ success: true })
    expect(await processInventoryUpdate(session)).toEqual({ success: true, duplicate: true })
    expect(await getActualAvailableSpots('nyc-apr-2026', 'vip')).toBe(13)
    expect(await processInventoryUpdate(ticket.completedUnpaid().object)).toEqual({
      success: false,
      error: 'This session is not paid',
    })
    expect(await processInventoryUpdate({ hello: 'world' })).toMatchObject({ success: false })
    expect(await processInventoryUpdate(null)).toMatchObject({ success: false })
  })

  test('a session for which no seat is left waits for a decision, also when it is told again', async () => {
    const cityId = await aCity({ vip: 1 })
    const session = aTicket({ cityId, tier: 'vip', quantity: 2 }).completed().object
    expect(await processInventoryUpdate(session)).toMatchObject({ success: false })
    expect(await processInventoryUpdate(session)).toEqual({
      success: false,
      error: 'This payment waits for a decision',
    })
    expect(await decrementInventory(cityId, 'vip', 1, { sessionId: String(session.id) })).toEqual({
      success: false,
      error: 'This payment waits for a decision',
    })
  })
})

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
        id: expect.any(String),
        cityId,
        tier: 'ga',
        additionalSpots: 10,
        previousLimit: 35,
        newLimit: 45,
        authorizedBy: 'Nate',
        reason: 'a bigger room',
        timestamp: expect.any(Date),
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
      id: expect.any(String),
      cityId,
      tier: 'vip',
      quantity: 3,
      operation: 'expand',
      timestamp: expect.any(Date),
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

describe('C28: what nobody knows', () => {
  const strange = [
    'atlantis',
    '../x',
    '__proto__',
    'constructor',
    'x'.repeat(5_000),
    '',
    'a\u0000b',
    "' OR 1=1",
    '🎟',
  ]

  test.each(strange)('city %j has nothing and changes nothing', async (cityId) => {
    expect(await getPublicAvailableSpots(cityId, 'ga')).toBe(0)
    expect(await getActualAvailableSpots(cityId, 'ga')).toBe(0)
    expect(await checkInventoryStatus(cityId)).toBeNull()
    expect(await getCityById(cityId)).toBeNull()
    expect(await isCityAvailable(cityId)).toBe(false)
    expect(await validateInventoryForCheckout(cityId, 'ga', 1)).toMatchObject({ valid: false, available: 0 })
    expect(await validateCheckout({ cityId, ticketType: 'GA', quantity: 1 })).toMatchObject({
      valid: false,
      errors: ['Unknown city'],
    })
    expect(await decrementInventory(cityId, 'ga', 1)).toMatchObject({ success: false })
    expect(await reserveInventory(cityId, 'ga', 1, randomUUID())).toMatchObject({ success: false })
    expect(await getInventoryTransactions(cityId)).toEqual([])
    expect(await getInventoryExpansions(cityId)).toEqual([])
  })

  test.each(['VIP\u200b', '__proto__', 'G A', '', 'platinum'])('tier %j is an error', async (tier) => {
    expect(await getPublicAvailableSpots('sf-jun-2026', tier)).toBe(0)
    expect(await decrementInventory('sf-jun-2026', tier, 1)).toMatchObject({ success: false })
    expect(await expandInventory('sf-jun-2026', tier, 1, 'Nate')).toMatchObject({ success: false })
  })

  test.each([0, -1, 1.5, NaN, Infinity, 2 ** 53])('quantity %s is an error', async (quantity) => {
    expect(await decrementInventory('sf-jun-2026', 'ga', quantity)).toMatchObject({ success: false })
    expect(await reserveInventory('sf-jun-2026', 'ga', quantity, randomUUID())).toMatchObject({
      success: false,
    })
    expect(await validateCheckout({ cityId: 'sf-jun-2026', ticketType: 'GA', quantity })).toMatchObject({
      errors: ['Quantity must be a whole number from 1 to 10'],
    })
  })

  test('a checkout takes 1 to 10', async () => {
    const of = (quantity: number) => validateCheckout({ cityId: 'sf-jun-2026', ticketType: 'GA', quantity })
    expect(await of(10)).toMatchObject({ valid: true })
    expect(await of(11)).toMatchObject({ errors: ['Quantity must be a whole number from 1 to 10'] })
  })

  test('names that cannot be stored are refused', async () => {
    for (const sessionId of ['', 'a\u0000b', 'x'.repeat(256), '\ud83d']) {
      expect(await decrementInventory('sf-jun-2026', 'ga', 1, { sessionId })).toMatchObject({
        error: 'sessionId must be a text of 1 to 255 characters',
      })
    }
    expect(await checkInventoryStatus('sf-jun-2026')).toMatchObject({ sold: { ga: 0, vip: 0 } })
  })
})

describe('cities that take no orders', () => {
  test('an archived one is unknown, a paused one says so', async () => {
    const [archived, paused] = [await aCity(), await aCity({ saleState: 'paused' })]
    await database()
      .updateTable('cities')
      .set({ archived_at: new Date() })
      .where('id', '=', archived)
      .execute()
    const of = (cityId: string) => validateCheckout({ cityId, ticketType: 'GA', quantity: 1 })
    expect(await of(archived)).toMatchObject({ valid: false, errors: ['Unknown city'] })
    expect(await validateInventoryForCheckout(archived, 'ga', 1)).toMatchObject({ error: 'Unknown city' })
    expect(await of(paused)).toMatchObject({ errors: ['Tickets for this workshop are not on sale'] })
    for (const cityId of [archived, paused]) {
      expect(await reserveInventory(cityId, 'ga', 1, randomUUID())).toMatchObject({ success: false })
      expect(await isCityAvailable(cityId)).toBe(false)
    }
  })

  test('what was paid is honoured in both', async () => {
    const paused = await aCity({ saleState: 'paused' })
    expect(await processInventoryUpdate(aTicket({ cityId: paused }).completed().object)).toEqual({
      success: true,
    })
  })
})
