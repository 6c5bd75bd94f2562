import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { validateCheckout } from '@/lib/checkout-validation'
import { getCityById, isCityAvailable } from '@/lib/cities'
import { database } from '@/lib/database'
import {
  checkInventoryStatus,
  decrementInventory,
  expandInventory,
  getActualAvailableSpots,
  getInventoryExpansions,
  getInventoryTransactions,
  getPublicAvailableSpots,
  processInventoryUpdate,
  reserveInventory,
  validateInventoryForCheckout,
} from '@/lib/inventory'
import { aCity } from '../../support/stories/city'
import { storyDatabase } from '../../support/stories/database'
import { aTicket } from '../../support/stories/tickets'

storyDatabase()

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
      errors: ['There is no such city'],
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

  test.each([0, -1, 1.5, NaN, Infinity, 1_000_001, 2 ** 53])('quantity %s is an error', async (quantity) => {
    const refused = { error: 'Quantity must be a whole number from 1 to 1000000' }
    expect(await decrementInventory('sf-jun-2026', 'ga', quantity)).toEqual({ success: false, ...refused })
    expect(await reserveInventory('sf-jun-2026', 'ga', quantity, randomUUID())).toMatchObject({
      success: false,
      ...refused,
    })
    expect(await validateInventoryForCheckout('sf-jun-2026', 'ga', quantity)).toEqual({
      valid: false,
      available: 0,
      ...refused,
    })
    expect(await validateCheckout({ cityId: 'sf-jun-2026', ticketType: 'GA', quantity })).toMatchObject({
      errors: ['Quantity must be a whole number from 1 to 10'],
    })
  })

  test.each([[null], [''], ['cs_1'], [0], [true], [[]]])(
    'payment %j is an error, not a sale without one',
    async (given) => {
      const before = await checkInventoryStatus('sf-jun-2026')
      expect(await decrementInventory('sf-jun-2026', 'ga', 1, given as object)).toEqual({
        success: false,
        error: 'A payment must be an object that names a session, a payment intent or a reservation',
      })
      expect(await checkInventoryStatus('sf-jun-2026')).toEqual(before)
    },
  )

  test.each([['15'], [true], [null], [[15]], [15n], [{}]])(
    'a hold for %o minutes is an error',
    async (minutes) => {
      expect(await reserveInventory('sf-jun-2026', 'ga', 1, randomUUID(), minutes as number)).toMatchObject({
        success: false,
        error: 'timeoutMinutes must be from 1 to 1430',
      })
    },
  )

  test.each([null, undefined, 'dallas', { cityId: {}, ticketType: Object.create(null) as unknown }])(
    'order %o is an error',
    async (order) => {
      expect(await validateCheckout(order as Parameters<typeof validateCheckout>[0])).toMatchObject({
        valid: false,
        errors: [
          'Ticket type must be GA or VIP',
          'Quantity must be a whole number from 1 to 10',
          'There is no such city',
        ],
        inventory: { requested: 0, available: 0, tier: '', cityId: '' },
      })
    },
  )

  test('no rows of the ledger, or fewer, are none', async () => {
    for (const limit of [0, -1, 0.5]) expect(await getInventoryTransactions('sf-jun-2026', limit)).toEqual([])
    expect(await getInventoryTransactions('sf-jun-2026', 1)).toHaveLength(1)
    expect(await getInventoryTransactions('sf-jun-2026', Infinity)).toHaveLength(2)
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

describe('as long as it may be', () => {
  test('a reservation of such a name is sold by it, once', async () => {
    const cityId = await aCity()
    const [reservationId, other] = [`${'x'.repeat(254)}a`, `${'x'.repeat(254)}b`]
    for (const id of [reservationId, other])
      expect(await reserveInventory(cityId, 'ga', 1, id)).toMatchObject({ success: true })
    const sell = () => decrementInventory(cityId, 'ga', 1, { reservationId })
    expect(await sell()).toEqual({ success: true, availableAfter: 33 })
    expect(await sell()).toEqual({ success: true, duplicate: true, availableAfter: 33 })
    expect(await checkInventoryStatus(cityId)).toMatchObject({ sold: { ga: 1 }, held: { ga: 1 } })
    const paid = { reservationId, sessionId: `cs_${cityId}` }
    expect(await decrementInventory(cityId, 'ga', 1, paid)).toMatchObject({ duplicate: true })
  })

  test('a payment is sold although its address is longer in small letters', async () => {
    const cityId = await aCity()
    const { object } = aTicket({ cityId }).completed()
    const customer_details = { email: `${'İ'.repeat(200)}@example.com` }
    expect(await processInventoryUpdate({ ...object, customer_details })).toEqual({ success: true })
    expect(await checkInventoryStatus(cityId)).toMatchObject({ sold: { ga: 1 } })
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
    expect(await of(archived)).toMatchObject({ valid: false, errors: ['There is no such city'] })
    expect(await validateInventoryForCheckout(archived, 'ga', 1)).toMatchObject({
      error: 'There is no such city',
    })
    // Customers are shown nothing of it; for admins its seats are still there.
    expect(await getPublicAvailableSpots(archived, 'ga')).toBe(0)
    expect(await getActualAvailableSpots(archived, 'ga')).toBe(35)
    expect(await of(paused)).toMatchObject({ errors: ['Seats for this workshop are not on sale'] })
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
