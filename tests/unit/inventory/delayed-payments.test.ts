import { describe, expect, test } from 'vitest'
import { awaitPayment, hold, release, sell } from '../../support/stories/commands'
import {
  aPayment,
  aPool,
  aReservation,
  aState,
  minutesLater,
  noon,
  poolOf,
  tell,
} from '../../support/stories/state'

const payment = { id: 'pi_1', sessionId: 'cs_1', reservationId: 'r1' }
const taken = aState({
  pools: [aPool({ held: 1 })],
  reservations: [aReservation()],
  payments: [aPayment({ reservationId: 'r1' })],
})

describe('C09: a payment on its way', () => {
  test('keeps the seats past every clock, and sells nothing', () => {
    const { state, outcomes, entries } = tell(taken, awaitPayment('r1', payment))
    expect(outcomes).toMatchObject([{ status: 'applied', quantity: 1 }])
    expect(poolOf(state)).toMatchObject({ sold: 0, held: 1 })
    expect(state.reservations.get('r1')).toMatchObject({ status: 'awaiting', lapsesAt: null })
    expect(state.payments.get('pi_1')).toMatchObject({ state: 'awaiting' })
    expect(entries).toEqual([])
  })

  test('succeeds: its seats are sold', () => {
    const { state } = tell(taken, awaitPayment('r1', payment), sell(1, payment))
    expect(poolOf(state)).toMatchObject({ sold: 1, held: 0 })
  })

  test('succeeds before the news that it began: the same', () => {
    const { state, outcomes } = tell(taken, sell(1, payment), awaitPayment('r1', payment))
    expect(outcomes[1]).toMatchObject({ code: 'already_closed' })
    expect(poolOf(state)).toMatchObject({ sold: 1, held: 0 })
  })

  test.each([
    ['after', [awaitPayment('r1', payment), release('r1', { cause: 'payment_failed', sessionId: 'cs_1' })]],
    ['before', [release('r1', { cause: 'payment_failed', sessionId: 'cs_1' }), awaitPayment('r1', payment)]],
  ] as const)('fails, %s the news that it began: the seats are free', (_, commands) => {
    const { state } = tell(taken, ...commands)
    expect(poolOf(state)).toMatchObject({ sold: 0, held: 0 })
    expect(state.reservations.get('r1')).toMatchObject({ status: 'released', sessionOutcome: 'failed' })
  })

  test('cannot be cancelled or expired by anybody; only its dismissal frees the seats', () => {
    const { state } = tell(taken, awaitPayment('r1', payment))
    for (const cause of ['cancelled', 'changed', 'expired', 'session_refused', 'by_admin'] as const) {
      expect(tell(state, release('r1', { cause })).outcomes).toMatchObject([{ code: 'payment_on_its_way' }])
    }
    expect(poolOf(tell(state, release('r1', { cause: 'dismissed' })).state).held).toBe(0)
  })

  test('is not given away before its news, which was accepted, has been worked', () => {
    const told = { ...taken, competing: new Map([['r1', 'on_its_way' as const]]) }
    for (const cause of ['cancelled', 'by_admin', 'expired'] as const) {
      expect(tell(told, release('r1', { cause })).outcomes).toMatchObject([{ code: 'payment_on_its_way' }])
    }
    const ended = release('r1', { cause: 'expired', sessionId: 'cs_1' })
    for (const command of [ended, release('r1', { cause: 'dismissed' })])
      expect(poolOf(tell(told, command).state).held).toBe(0)
  })

  test('of a hold that had lapsed takes the seats again, if they are free', () => {
    const lapsed = aReservation({ status: 'lapsed', closedBecause: 'lapsed' })
    const free = aState({ pools: [aPool({ sold: 34 })], reservations: [lapsed], payments: [aPayment()] })
    expect(poolOf(tell(free, awaitPayment('r1', payment)).state)).toMatchObject({ sold: 34, held: 1 })
    const full = aState({ pools: [aPool({ sold: 35 })], reservations: [lapsed], payments: [aPayment()] })
    const told = tell(full, awaitPayment('r1', payment))
    expect(told.outcomes).toMatchObject([{ code: 'no_seat_to_keep' }])
    expect(poolOf(told.state)).toMatchObject({ sold: 35, held: 0 })
    expect(told.state.payments.get('pi_1')).toMatchObject({ state: 'awaiting' })
  })

  test('that found no seat at the sale keeps what is held, and takes nothing that is not', () => {
    const short = aState({
      pools: [aPool({ sold: 34, held: 1 })],
      reservations: [aReservation()],
      payments: [aPayment()],
    })
    const kept = tell(
      short,
      sell(2, payment),
      awaitPayment('r1', payment, { onlyKeep: { paidCents: 200_000 } }),
    )
    expect(kept.outcomes).toMatchObject([{ code: 'insufficient_stock' }, { status: 'applied' }])
    expect(kept.state.reservations.get('r1')).toMatchObject({ status: 'awaiting', lapsesAt: null })
    const gone = aState({ reservations: [aReservation({ status: 'lapsed' })], payments: [aPayment()] })
    const told = tell(gone, awaitPayment('r1', payment, { onlyKeep: { paidCents: 200_000 } }))
    expect(told.outcomes).toMatchObject([{ code: 'no_seat_to_keep' }])
    expect(poolOf(told.state).held).toBe(0)
    expect(told.state.payments.get('pi_1')).toMatchObject({ state: 'new' })
  })

  test('that found no seat keeps what is held for an order that cost nothing, and not for money that went back', () => {
    const waiting = (refundedCents: number) => ({
      ...taken,
      payments: new Map([['pi_1', aPayment({ reservationId: 'r1', refundedCents })]]),
    })
    const keep = (paidCents: number) => awaitPayment('r1', payment, { onlyKeep: { paidCents } })
    expect(tell(waiting(0), keep(0)).outcomes).toMatchObject([{ status: 'applied' }])
    expect(tell(waiting(99_999), keep(100_000)).outcomes).toMatchObject([{ status: 'applied' }])
    expect(tell(waiting(100_000), keep(100_000)).outcomes).toMatchObject([{ code: 'already_closed' }])
  })

  test('told of once more takes seats that have become free since', () => {
    const lapsed = aReservation({ status: 'lapsed' })
    const full = aState({ pools: [aPool({ sold: 35 })], reservations: [lapsed], payments: [aPayment()] })
    const { state } = tell(full, awaitPayment('r1', payment))
    const free = { ...state, pools: aState({ pools: [aPool({ sold: 34 })] }).pools }
    expect(poolOf(tell(free, awaitPayment('r1', payment)).state).held).toBe(1)
  })

  test('keeps the seats of a hold that its buyer gave up, while they are free', () => {
    const told = tell(taken, release('r1'), awaitPayment('r1', payment))
    expect(told.outcomes).toMatchObject([{ status: 'applied' }, { status: 'applied' }])
    expect(poolOf(told.state).held).toBe(1)
  })

  test('without a reservation of its own holds nothing, and is on its way all the same', () => {
    const other = { ...payment, sessionId: 'cs_2' }
    const state = aState({
      pools: [aPool({ held: 1 })],
      reservations: [aReservation({ sessionId: 'cs_1' })],
      payments: [aPayment({ sessionId: 'cs_2' })],
    })
    for (const id of ['r1', 'r9', null]) {
      const told = tell(state, awaitPayment(id, other))
      expect(told.outcomes).toMatchObject([{ code: 'no_reservation' }])
      expect(poolOf(told.state)).toMatchObject({ sold: 0, held: 1 })
      expect(told.state.payments.get('pi_1')).toMatchObject({ state: 'awaiting' })
    }
  })
})

describe('releasing', () => {
  test('frees a hold once', () => {
    const { state, outcomes } = tell(taken, release('r1'), release('r1'))
    expect(outcomes).toMatchObject([{ status: 'applied' }, { code: 'already_closed' }])
    expect(poolOf(state).held).toBe(0)
  })

  test('C15: by a session frees only the reservation of that session', () => {
    const second = aState({
      pools: [aPool({ held: 1 })],
      reservations: [aReservation({ sessionId: 'cs_2' })],
    })
    const told = tell(second, release('r1', { cause: 'expired', sessionId: 'cs_1' }))
    expect(told.outcomes).toMatchObject([{ code: 'other_session' }])
    expect(poolOf(told.state).held).toBe(1)
  })

  test('by Stripe’s news leaves the seats to whoever ends the page, until the lease is over', () => {
    const leaseUntil = minutesLater(2)
    const leased = aState({
      pools: [aPool({ held: 1 })],
      reservations: [aReservation({ sessionId: 'cs_1', leaseUntil })],
    })
    const news = release('r1', { cause: 'expired', sessionId: 'cs_1' })
    const told = tell(leased, news)
    expect(told.outcomes).toMatchObject([{ code: 'being_closed' }])
    expect(poolOf(told.state).held).toBe(1)
    const kept = { status: 'held', sessionOutcome: 'expired', lapsesAt: leaseUntil }
    expect(told.state.reservations.get('r1')).toMatchObject(kept)
    // Whoever ends it may still say what becomes of them; once the lease is over, so may the news.
    expect(poolOf(tell(told.state, release('r1', { cause: 'changed' })).state).held).toBe(0)
    expect(poolOf(tell({ ...leased, now: leaseUntil }, news).state).held).toBe(0)
  })

  test('waits for no lease where the money failed, and no lease makes a hold last longer', () => {
    const lapsesAt = minutesLater(1)
    const leased = aState({
      pools: [aPool({ held: 1 })],
      reservations: [aReservation({ sessionId: 'cs_1', leaseUntil: minutesLater(2), lapsesAt })],
    })
    const news = (cause: 'expired' | 'payment_failed') => release('r1', { cause, sessionId: 'cs_1' })
    expect(poolOf(tell(leased, news('payment_failed')).state).held).toBe(0)
    // Without a session it is the one who has the lease.
    expect(poolOf(tell(leased, release('r1', { cause: 'expired' })).state).held).toBe(0)
    expect(tell(leased, news('expired')).state.reservations.get('r1')).toMatchObject({ lapsesAt })
  })

  test('or keeping a hold keeps what is known of its page, and learns it from Stripe’s news', () => {
    const known = (sessionId: string | null) =>
      aState({
        pools: [aPool({ held: 1 })],
        reservations: [aReservation({ sessionId, sessionOutcome: null })],
        payments: [aPayment({ reservationId: 'r1', sessionId: null })],
      })
    const news = release('r1', { cause: 'expired', sessionId: 'cs_1' })
    const withoutSession = awaitPayment('r1', { id: 'pi_1' })
    for (const told of [
      tell(known(null), news),
      tell(known(null), awaitPayment('r1', payment)),
      tell(known('cs_1'), release('r1')),
      tell(known('cs_1'), withoutSession),
    ])
      expect(told.state.reservations.get('r1')).toMatchObject({ sessionId: 'cs_1' })
    const released = tell(tell(known('cs_1'), news).state, release('r1', { cause: 'changed' }))
    expect(released.state.reservations.get('r1')).toMatchObject({ sessionOutcome: 'expired' })
  })

  test('C10: a sold reservation stays sold', () => {
    const told = tell(taken, sell(1, payment), release('r1', { cause: 'expired', sessionId: 'cs_1' }))
    expect(told.outcomes[1]).toMatchObject({ code: 'already_sold' })
    expect(poolOf(told.state)).toMatchObject({ sold: 1, held: 0 })
  })

  test('of an unknown reservation is refused', () => {
    expect(tell(taken, release('r9')).outcomes).toMatchObject([{ code: 'unknown_reservation' }])
  })
})

describe('lapsing', () => {
  const lapse = { type: 'lapse', reservationId: 'r1' } as const

  test('from its last moment on', () => {
    const at = (now: Date) => tell({ ...taken, now }, lapse)
    expect(at(minutesLater(14.99)).outcomes).toMatchObject([{ code: 'already_closed' }])
    expect(at(minutesLater(15)).outcomes).toMatchObject([{ status: 'applied', quantity: 1 }])
    expect(poolOf(at(minutesLater(15)).state).held).toBe(0)
  })

  test('never while a payment is on its way', () => {
    const { state } = tell(taken, awaitPayment('r1', payment))
    expect(tell({ ...state, now: minutesLater(99_999) }, lapse).outcomes).toMatchObject([
      { code: 'already_closed' },
    ])
  })

  test('frees each hold once', () => {
    const late = { ...taken, now: minutesLater(60, noon) }
    expect(poolOf(tell(late, lapse, lapse).state).held).toBe(0)
  })

  test('lets somebody else hold the seat', () => {
    const last = aState({
      now: minutesLater(15),
      pools: [aPool({ sold: 34, held: 1 })],
      reservations: [aReservation()],
    })
    const told = tell(last, lapse, hold(1, { reservationId: 'r2' }))
    expect(told.outcomes[1]).toMatchObject({ status: 'applied', available: 0 })
  })
})
