import { describe, expect, test } from 'vitest'
import { classifyEvent, eventTypes, type EventEnvelope, type EventType } from '@/lib/stripe/classify-event'
import { aTicket } from '@/tests/support/stories/tickets'

const ticket = aTicket({ cityId: 'dallas' })
const refund = ticket.refund(1, 100_000, 'succeeded')

/** One event of each type that has an effect, about a ticket of ours. */
const news: Record<EventType, { object: Record<string, unknown> }> = {
  'checkout.session.completed': ticket.completed(),
  'checkout.session.async_payment_succeeded': ticket.asyncSucceeded(),
  'checkout.session.async_payment_failed': ticket.asyncFailed(),
  'checkout.session.expired': ticket.expired(),
  'charge.refunded': ticket.chargeRefunded(refund),
  'refund.created': ticket.refund(1, 100_000, 'pending'),
  'refund.updated': refund,
  'refund.failed': ticket.refund(1, 100_000, 'failed'),
  'charge.dispute.created': ticket.disputeCreated(),
  'charge.dispute.closed': ticket.disputeClosed('lost'),
}

function anEvent(type: EventType, given: Partial<EventEnvelope> = {}): EventEnvelope {
  return { id: 'evt_1', type, created: 1_768_000_000, livemode: false, data: news[type], ...given }
}

/** An event about our completed session, of which something is different. */
const completedWith = (changes: Record<string, unknown>) =>
  anEvent('checkout.session.completed', {
    data: { object: { ...news['checkout.session.completed'].object, ...changes } },
  })

describe.each(eventTypes)('%s', (type) => {
  test('of the mode that we are in is ours', () => {
    expect(classifyEvent(anEvent(type, { livemode: true }), true)).toMatchObject({ ours: true, type })
    expect(classifyEvent(anEvent(type), false)).toMatchObject({ ours: true, type })
  })

  test('of the other mode is ignored: a test payment sells no real seat, and a real one no test seat', () => {
    const ignored = { ours: false, because: 'other mode' }
    expect(classifyEvent(anEvent(type), true)).toEqual(ignored)
    expect(classifyEvent(anEvent(type, { livemode: true }), false)).toEqual(ignored)
  })

  test('of a connected account is ignored: its money goes to somebody else', () => {
    const ignored = { ours: false, because: 'connected account' }
    expect(classifyEvent(anEvent(type, { account: 'acct_seller' }), false)).toEqual(ignored)
    expect(classifyEvent(anEvent(type, { account: null }), false)).toMatchObject({ ours: true })
  })
})

test.each([
  ['a subscription', completedWith({ mode: 'subscription' }), 'other session mode'],
  ['a session of somebody else', completedWith({ metadata: {} }), 'not our metadata'],
  ['a session without an id', completedWith({ id: undefined }), 'unreadable object'],
  [
    'a refund of no payment intent',
    anEvent('refund.updated', { data: { object: { ...refund.object, payment_intent: null } } }),
    'no payment intent',
  ],
  ['a new customer', { ...anEvent('refund.updated'), type: 'customer.created' }, 'type without effect'],
])('%s is ignored', (_name, event, because) => {
  expect(classifyEvent(event, false)).toEqual({ ours: false, because })
})

test.each([
  ['a city', { cityId: 'dallas' }],
  ['a ticket type', { ticketType: 'ga' }],
])('a session that names %s alone is ours: somebody paid', (_name, metadata) => {
  expect(classifyEvent(completedWith({ metadata }), false)).toMatchObject({ ours: true })
})

test('a session whose metadata names no reservation is of the one that it refers to', () => {
  const metadata = { cityId: 'dallas', ticketType: 'ga' }
  const referring = completedWith({ metadata, client_reference_id: 'r-1' })
  expect(classifyEvent(referring, false)).toMatchObject({ facts: { reservationId: 'r-1' } })
  const naming = completedWith({
    metadata: { ...metadata, reservationId: 'r-2' },
    client_reference_id: 'r-1',
  })
  expect(classifyEvent(naming, false)).toMatchObject({ facts: { reservationId: 'r-2' } })
})

test.each([
  ['ATLANTIS', 'a city that does not exist'],
  [`' OR 1=1`, 'what is no city at all'],
])('%s, %s, is ours all the same: somebody paid', (cityId) => {
  const classified = classifyEvent(completedWith({ metadata: { cityId, ticketType: 'ga' } }), false)
  expect(classified).toMatchObject({ ours: true, facts: { cityId } })
})
