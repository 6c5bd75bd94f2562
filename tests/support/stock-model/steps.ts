import fc from 'fast-check'

/**
 * What a random story is made of. Everything has a small name, so that commands often meet: three pools (both
 * tiers of one city and GA of another), a fourth that is not open yet, four reservations and five payments.
 */

export const poolNames = ['a ga', 'a vip', 'b ga', 'b vip'] as const
export type PoolName = (typeof poolNames)[number]
export type CityName = 'a' | 'b'

/** Payments and the reservation that each names: two name the same one, one names none. */
export const payments = ['p0', 'p1', 'p2', 'p3', 'p4'] as const
export type PaymentName = (typeof payments)[number]
export const namedBy: Record<PaymentName, ReservationName | null> = {
  p0: 'r0',
  p1: 'r1',
  p2: 'r2',
  p3: 'r0',
  p4: null,
}
const reservations = ['r0', 'r1', 'r2', 'r3'] as const
export type ReservationName = (typeof reservations)[number]

/** What one seat costs, in cents. */
export const price = 100

export type ModelCommand =
  | {
      type: 'hold'
      reservation: ReservationName
      pool: PoolName
      quantity: number
      minutes: number
      visitor: string | null
      email: string | null
      reach: 'actual' | 'public'
    }
  | { type: 'await'; payment: PaymentName }
  | { type: 'release'; reservation: ReservationName; cause: Cause; payment: PaymentName | null }
  | { type: 'sell'; payment: PaymentName; pool: PoolName; quantity: number }
  | { type: 'restock'; payment: PaymentName }
  | { type: 'expand'; pool: PoolName; by: number }
  | { type: 'reduce' | 'relimit'; pool: PoolName; to: number }
  | { type: 'reset' | 'undo-reset'; city: CityName }
  | { type: 'open-city'; pool: PoolName; limit: number }

export type Cause = 'cancelled' | 'expired' | 'payment_failed' | 'dismissed'

export type Step =
  /** One call of `execute`. */
  | { type: 'call'; groups: ModelCommand[][] }
  | { type: 'clock'; minutes: number }
  /** The sum of a payment's succeeded refunds becomes so many cents: less than before when one failed. */
  | { type: 'refunds'; payment: PaymentName; cents: number }

/** Seats that each pool opens with; the fourth is opened by a command. */
export const openingLimits: Partial<Record<PoolName, number>> = { 'a ga': 6, 'a vip': 3, 'b ga': 4 }

export const seatsPerEmail = 5

const pool = fc.constantFrom(...poolNames)
const payment = fc.constantFrom(...payments)
const reservation = fc.constantFrom(...reservations)
const quantity = fc.integer({ min: 1, max: 4 })

const command: fc.Arbitrary<ModelCommand> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('hold' as const),
      reservation,
      pool,
      quantity,
      minutes: fc.constantFrom(5, 10, 15),
      visitor: fc.constantFrom(null, 'v', 'w'),
      email: fc.constantFrom(null, 'e', 'f'),
      reach: fc.constantFrom('actual' as const, 'public' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('await' as const), payment }) },
  {
    weight: 3,
    arbitrary: fc
      .record({
        type: fc.constant('release' as const),
        reservation,
        cause: fc.constantFrom<Cause>('cancelled', 'expired', 'payment_failed', 'dismissed'),
        payment: fc.option(payment),
      })
      // A session names one reservation for life.
      .map((given) =>
        given.payment && namedBy[given.payment] !== given.reservation ? { ...given, payment: null } : given,
      ),
  },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('sell' as const), payment, pool, quantity }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('restock' as const), payment }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('expand' as const), pool, by: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constantFrom('reduce', 'relimit'),
      pool,
      to: fc.integer({ min: 0, max: 8 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom('reset', 'undo-reset'),
      city: fc.constantFrom<CityName>('a', 'b'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('open-city' as const),
      pool,
      limit: fc.integer({ min: 0, max: 3 }),
    }),
  },
)

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('call' as const),
      groups: fc.array(fc.array(command, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('clock' as const), minutes: fc.constantFrom(5, 10) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('refunds' as const),
      payment,
      cents: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 0, max: 3 }).map((seats) => seats * price) },
        { weight: 1, arbitrary: fc.constant(price / 2) },
      ),
    }),
  },
)

/** A random story of up to so many steps. */
export function stories(maxLength: number): fc.Arbitrary<Step[]> {
  return fc.array(step, { minLength: 1, maxLength, size: 'max' })
}
