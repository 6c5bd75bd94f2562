import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { validateCheckout } from '@/lib/checkout-validation'
import { getAvailableCities, getCityById } from '@/lib/cities'
import {
  checkInventoryStatus,
  decrementInventory,
  expandInventory,
  getActualAvailableSpots,
  getAllInventoryStatuses,
  getPublicAvailableSpots,
  processInventoryUpdate,
  releaseInventoryReservation,
  reserveInventory,
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
      lastUpdated: expect.any(Date) as Date,
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
      expiresAt: expect.any(Date) as Date,
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

  test('hidden seats of which only private links sell are not there for an ordinary checkout', async () => {
    const [cityId, other] = [
      await aCity({ ga: 4, hiddenSale: 'private' }),
      await aCity({ hiddenSale: 'private' }),
    ]
    for (const id of [cityId, other]) await expandInventory(id, 'ga', 30, 'Nate')
    await decrementInventory(other, 'ga', 32)
    expect(await validateInventoryForCheckout(cityId, 'ga', 4)).toEqual({ valid: true, available: 4 })
    expect(await validateInventoryForCheckout(cityId, 'ga', 5)).toEqual({
      valid: false,
      available: 4,
      error: 'Only 4 GA tickets available, but 5 requested',
    })
    const tooFew = await validateCheckout({ cityId, ticketType: 'GA', quantity: 5 })
    expect(tooFew).toMatchObject({ valid: false, inventory: { available: 4 } })
    expect(tooFew.suggestions?.alternativeCities).toContain('sf-jun-2026')
    expect(tooFew.suggestions?.alternativeCities).not.toContain(other)
    // It says what a hold finds.
    expect(await reserveInventory(cityId, 'ga', 5, randomUUID())).toMatchObject({ success: false })
    expect(await reserveInventory(cityId, 'ga', 4, randomUUID())).toMatchObject({ success: true })
    expect(await getActualAvailableSpots(cityId, 'ga')).toBe(30)
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

  test.each([
    ['of another mode than payment', { mode: 'subscription' }],
    ['without a mode', { mode: null }],
    ['of live mode, by a test key', { livemode: true }],
  ])('a session %s is not for one of our workshops, as the webhook has it', async (_what, other) => {
    const cityId = await aCity({ ga: 2 })
    const session = { ...aTicket({ cityId }).completed().object, ...other }
    expect(await processInventoryUpdate(session)).toEqual({
      success: false,
      error: 'This session is not for one of our workshops',
    })
    expect(await getActualAvailableSpots(cityId, 'ga')).toBe(2)
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
