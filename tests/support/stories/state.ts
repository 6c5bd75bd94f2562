import { fold } from '@/lib/inventory/fold'
import type { Command } from '@/lib/inventory/commands'
import type { Outcome } from '@/lib/inventory/outcomes'
import {
  type CityRules,
  type CompetingPayment,
  type HoldLimits,
  type LedgerEntry,
  type Payment,
  type Pool,
  poolKey,
  type PrivateLink,
  type Reservation,
  type State,
} from '@/lib/inventory/model'

/** The moment at which stories about the pure rules happen. */
export const noon = new Date('2026-01-10T12:00:00.000Z')

export function minutesLater(minutes: number, from = noon): Date {
  return new Date(from.getTime() + minutes * 60_000)
}

/** GA of Dallas: 35 public seats, none taken. */
export function aPool(given: Partial<Pool> = {}): Pool {
  const publicLimit = given.publicLimit ?? 35
  return {
    cityId: 'dallas',
    tier: 'ga',
    publicLimit,
    actualLimit: publicLimit,
    sold: 0,
    held: 0,
    hiddenSale: 'open',
    epoch: 0,
    undoHidden: null,
    ...given,
  }
}

/** A live hold of one GA seat in Dallas, without a checkout. */
export function aReservation(given: Partial<Reservation> = {}): Reservation {
  const expiresAt = given.expiresAt ?? minutesLater(15)
  return {
    id: 'r1',
    cityId: 'dallas',
    tier: 'ga',
    quantity: 1,
    status: 'held',
    epoch: 0,
    email: null,
    visitorHash: null,
    addressHash: null,
    extends: null,
    createdAt: noon,
    expiresAt,
    keepableUntil: null,
    lapsesAt: expiresAt,
    checkout: null,
    sessionId: null,
    sessionExpiresAt: null,
    sessionOutcome: null,
    leaseUntil: null,
    closedBecause: null,
    linkId: null,
    ...given,
  }
}

/** A payment that nothing was sold for yet. */
export function aPayment(given: Partial<Payment> = {}): Payment {
  return {
    id: 'pi_1',
    paymentIntentId: 'pi_1',
    sessionId: 'cs_1',
    reservationId: null,
    state: 'new',
    cityId: null,
    tier: null,
    seatsSold: 0,
    seatsPaid: null,
    seatsReturned: 0,
    epoch: null,
    amountCents: null,
    refundedCents: 0,
    lostCents: 0,
    keptCents: 0,
    currency: 'usd',
    email: null,
    ...given,
  }
}

/** A payment of 1,000 USD a seat that became a sale of GA in Dallas. */
export function aSale(seats: number, given: Partial<Payment> = {}): Payment {
  const sold = { state: 'sold', cityId: 'dallas', tier: 'ga', epoch: 0, seatsSold: seats } as const
  return aPayment({ ...sold, amountCents: seats * 100_000, ...given })
}

export interface GivenState {
  now?: Date
  cities?: Record<string, Partial<CityRules>>
  pools?: Pool[]
  reservations?: Reservation[]
  payments?: Payment[]
  limits?: HoldLimits
  links?: PrivateLink[]
  /** Reservations that payments name which no reservation's own row tells of. */
  competing?: [string, CompetingPayment][]
}

/** A state for the rules to look at: Dallas is on sale, with its GA seats, unless told otherwise. */
export function aState(given: GivenState = {}): State {
  const cities = Object.entries(given.cities ?? { dallas: {} })
  return {
    now: given.now ?? noon,
    cities: new Map(
      cities.map(([id, rules]) => [
        id,
        { saleState: 'on_sale' as const, archived: false, holdMinutes: 15, ...rules },
      ]),
    ),
    pools: new Map((given.pools ?? [aPool()]).map((pool) => [poolKey(pool), pool])),
    reservations: new Map((given.reservations ?? []).map((one) => [one.id, one])),
    payments: new Map((given.payments ?? []).map((one) => [one.id, one])),
    limits: given.limits ?? {},
    links: new Map((given.links ?? []).map((one) => [one.id, one])),
    competing: new Map(given.competing),
  }
}

export interface Told {
  state: State
  /** Of all groups in order, flat. */
  outcomes: Outcome[]
  entries: LedgerEntry[]
}

/** Folds commands over a state, each a group of its own, and gives the state after them. */
export function tell(state: State, ...commands: Command[]): Told {
  return tellGroups(
    state,
    commands.map((command) => [command]),
  )
}

export function tellGroups(state: State, groups: readonly Command[][]): Told {
  const folded = fold(state, groups)
  return {
    state: {
      ...state,
      pools: new Map([...state.pools, ...folded.pools]),
      reservations: new Map([...state.reservations, ...folded.reservations]),
      payments: new Map([...state.payments, ...folded.payments]),
    },
    outcomes: folded.outcomes.flat(),
    entries: folded.entries,
  }
}

/** The figures of GA in Dallas, or of another pool. */
export function poolOf(
  state: State,
  key: Parameters<typeof poolKey>[0] = { cityId: 'dallas', tier: 'ga' },
): Pool {
  const pool = state.pools.get(poolKey(key))
  if (!pool) throw new Error(`No such pool: ${poolKey(key)}`)
  return pool
}
