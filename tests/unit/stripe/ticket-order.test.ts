import { describe, expect, test } from 'vitest'
import { sessionFacts, type SessionFacts } from '@/lib/stripe/facts'
import { readTicketOrder, type ReservedOrder } from '@/lib/stripe/ticket-order'

const price = { amountCents: 100_000, currency: 'usd', stripePriceId: null }
const prices = { ga: price }
const asked: ReservedOrder = {
  reservationId: 'r1',
  cityId: 'dallas',
  tier: 'ga',
  quantity: 2,
  amountCents: 200_000,
  sessionId: null,
}

function paid(subtotal: number, metadata: Record<string, unknown> = {}): SessionFacts {
  return sessionFacts.parse({
    id: 'cs_1',
    mode: 'payment',
    status: 'complete',
    payment_status: 'paid',
    payment_intent: 'pi_1',
    amount_subtotal: subtotal,
    amount_total: subtotal,
    currency: 'usd',
    metadata: { cityId: 'dallas', ticketType: 'GA', quantity: '2', ...metadata },
  })
}

function item(quantity: number, priceId: string | null = null) {
  return { quantity, priceId }
}

describe('with a reservation of ours', () => {
  test('the amount that we asked for: the reservation’s quantity, whatever the metadata says', () => {
    const facts = paid(200_000, { quantity: '3', ticketType: 'vip', cityId: 'atlantis' })
    for (const sessionId of [null, 'cs_1'])
      expect(readTicketOrder(facts, { asked: { ...asked, sessionId }, prices })).toEqual({
        kind: 'order',
        cityId: 'dallas',
        tier: 'ga',
        quantity: 2,
        note: 'metadata says 3',
      })
    expect(readTicketOrder(paid(200_000), { asked, prices })).toMatchObject({ note: null })
  })

  test('another amount: only the line items tell, and then they count', () => {
    expect(readTicketOrder(paid(500_000), { asked, prices })).toEqual({ kind: 'ask' })
    const counted = readTicketOrder(paid(500_000), { asked, prices, items: [item(5)] })
    expect(counted).toMatchObject({ quantity: 5, note: 'metadata says 2' })
  })

  test('a reservation’s tier counts, and not the metadata’s, where Stripe keeps the prices', () => {
    const known = {
      ga: { ...price, stripePriceId: 'price_ga' },
      vip: { ...price, stripePriceId: 'price_vip' },
    }
    const vip = { ...asked, tier: 'vip' as const }
    const order = readTicketOrder(paid(450_000), { asked: vip, prices: known, items: [item(3, 'price_vip')] })
    expect(order).toMatchObject({ tier: 'vip', quantity: 3 })
  })

  test('one that belongs to another session says nothing about this one', () => {
    const other = { ...asked, sessionId: 'cs_9', quantity: 7 }
    expect(readTicketOrder(paid(200_000), { asked: other, prices })).toMatchObject({ quantity: 2 })
  })

  test('one without an amount is asked about', () => {
    expect(readTicketOrder(paid(200_000), { asked: { ...asked, amountCents: null }, prices })).toEqual({
      kind: 'ask',
    })
  })
})

describe('without a reservation', () => {
  test('the metadata’s quantity, where the amount is that many times the price', () => {
    expect(readTicketOrder(paid(200_000), { asked: null, prices })).toMatchObject({ quantity: 2, tier: 'ga' })
  })

  test.each([
    ['another amount', paid(300_000), price],
    ['another currency', { ...paid(200_000), currency: 'jpy' }, price],
    ['an unknown currency', { ...paid(200_000), currency: null }, price],
    ['no readable quantity', paid(200_000, { quantity: '2abc' }), price],
    ['a price that Stripe keeps', paid(200_000), { ...price, stripePriceId: 'price_1' }],
    ['a free tier, of which any quantity would fit', paid(0), { ...price, amountCents: 0 }],
  ])('%s: ask', (_, facts, known) => {
    expect(readTicketOrder(facts, { asked: null, prices: { ga: known } })).toEqual({ kind: 'ask' })
  })

  test('line items that count nothing cannot be read', () => {
    expect(readTicketOrder(paid(1), { asked: null, prices, items: [item(0)] })).toMatchObject({
      because: 'unreadable',
    })
  })

  test('of several things those at the tier’s own price are tickets', () => {
    const kept = { ...price, stripePriceId: 'price_ga' }
    const items = [item(1, 'price_shirt'), item(2, 'price_ga'), item(1, 'price_ga')]
    const order = readTicketOrder(paid(320_000), { asked: null, prices: { ga: kept }, items })
    expect(order).toMatchObject({ quantity: 3 })
  })

  test.each([
    ['the shop decides the amount', price],
    ['Stripe keeps another price', { ...price, stripePriceId: 'price_ga' }],
  ])('of several things none is taken for a ticket where %s', (_, known) => {
    const items = [item(1), item(1, 'price_shirt')]
    expect(readTicketOrder(paid(120_000), { asked: null, prices: { ga: known }, items })).toMatchObject({
      because: 'unreadable',
    })
  })

  const byStripe = {
    ga: { ...price, stripePriceId: 'price_ga' },
    vip: { ...price, amountCents: 150_000, stripePriceId: 'price_vip' },
  }

  test.each([
    ['beside those of the named one', [item(1, 'price_ga'), item(1, 'price_vip')], byStripe],
    ['instead of the named one', [item(1, 'price_vip')], byStripe],
    ['of which Stripe keeps only that price', [item(1, 'price_vip')], { ...byStripe, ga: price }],
  ])('tickets of the other tier %s: nobody sells one and forgets the other', (_, items, known) => {
    const order = readTicketOrder(paid(250_000), { asked: null, prices: known, items })
    expect(order).toEqual({
      kind: 'unreadable',
      because: 'unreadable',
      detail: 'Tickets of another tier were bought',
    })
  })

  test.each([
    ['none of which was taken', [item(2, 'price_ga'), item(0, 'price_vip')], byStripe],
    ['at the same price', [item(2, 'price_ga')], { ...byStripe, vip: byStripe.ga }],
    ['at a price that is none of today’s', [item(2, 'price_before')], byStripe],
  ])('tickets of the other tier %s do not matter', (_, items, known) => {
    const order = readTicketOrder(paid(200_000), { asked: null, prices: known, items })
    expect(order).toMatchObject({ kind: 'order', tier: 'ga', quantity: 2 })
  })

  test.each(['GA ', ' ga', 'Ga'])('tier %j is ga', (ticketType) => {
    expect(readTicketOrder(paid(200_000, { ticketType }), { asked: null, prices })).toMatchObject({
      tier: 'ga',
    })
  })

  test.each(['VIP\u200b', '__proto__', '', 'G A'])('tier %j cannot be read', (ticketType) => {
    expect(readTicketOrder(paid(200_000, { ticketType }), { asked: null, prices })).toMatchObject({
      because: 'unreadable',
    })
  })

  test('C16: a city without a price is not known', () => {
    const facts = paid(200_000, { cityId: "' OR 1=1" })
    expect(readTicketOrder(facts, { asked: null, prices: {} })).toMatchObject({ because: 'unknown_city' })
  })
})
