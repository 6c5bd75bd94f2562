import type { Tier } from '@/lib/tier'
import type { StripeStandInControl } from '../support/stripe-stand-in'
import type { Chance } from './chance'
import { cityIds } from './cities'

type StripeFault = Parameters<StripeStandInControl['fault']>[0]
type DeliveryRule = Parameters<StripeStandInControl['addDeliveryRule']>[0]

export type Fault =
  /** kill -9, and a new one after a while. */
  | { kind: 'kill'; process: 'worker' | 'web'; which: 0 | 1; downMs: number }
  | { kind: 'kill admin' }
  /** SIGTERM, and a new one after a while. */
  | { kind: 'stop worker'; which: 0 | 1; downMs: number }
  /** It hangs, with all that it holds, and goes on as if nothing had been. */
  | { kind: 'suspend worker'; which: 0 | 1; forMs: number }
  | { kind: 'crash PostgreSQL'; downMs: number }
  | { kind: 'restart PostgreSQL'; downMs: number }
  /** Ends connections that are in the middle of a transaction, again and again for a while. */
  | { kind: 'cut connections'; times: number; pauseMs: number; atOnce: number }
  /** Somebody keeps a stock row locked. */
  | { kind: 'block stock'; cityId: string; tier: Tier; forMs: number }
  | { kind: 'Stripe'; fault: StripeFault }
  | { kind: 'Stripe is slow'; latencyMs: number; forMs: number }
  | { kind: 'webhooks'; rule: DeliveryRule; forMs: number }
  /** Deliveries wait, and then come all at once, in any order. */
  | { kind: 'hold webhooks'; forMs: number; seed: number }
  | { kind: 'route webhooks'; to: 'first' | 'second' | 'both' }

export interface PlannedFault {
  atMs: number
  fault: Fault
}

/** Everybody has come in before the first fault. */
const quietMs = 1_500
const meanPauseMs = 1_300

/**
 * What goes wrong and when. A shuffled pack with every kind of fault is dealt, then the next one: a run of a minute
 * meets each kind at least once.
 */
export function planFaults(chance: Chance, seconds: number): PlannedFault[] {
  const planned: PlannedFault[] = []
  let rest: Maker[] = []
  for (let atMs = quietMs; atMs < seconds * 1_000; atMs += chance.whole(300, 2 * meanPauseMs - 300)) {
    if (rest.length === 0) rest = chance.shuffled(pack)
    const make = rest.pop()
    if (make) planned.push({ atMs, fault: make(chance) })
  }
  return planned
}

type Maker = (chance: Chance) => Fault

const kill = (process: 'worker' | 'web'): Maker => {
  return (chance) => ({ kind: 'kill', process, which: chance.pick([0, 1]), downMs: chance.whole(100, 3_000) })
}

const endPostgres = (kind: 'crash PostgreSQL' | 'restart PostgreSQL'): Maker => {
  return (chance) => ({ kind, downMs: chance.whole(0, 2_000) })
}

const cut: Maker = (chance) => ({
  kind: 'cut connections',
  times: chance.whole(5, 40),
  pauseMs: chance.whole(10, 60),
  atOnce: chance.whole(1, 3),
})

const block: Maker = (chance) => ({
  kind: 'block stock',
  cityId: chance.pick(cityIds),
  tier: chance.pick(['ga', 'vip']),
  // Beyond the lock_timeout of 5 s the waiting transactions fail.
  forMs: chance.whole(200, 6_500),
})

const askStripe = (kind: StripeFault['kind']): Maker => {
  return (chance) => ({ kind: 'Stripe', fault: stripeFault(kind, chance) })
}

const deliver = (kind: DeliveryRule['kind']): Maker => {
  return (chance) => ({
    kind: 'webhooks',
    rule: deliveryRule(kind, chance),
    forMs: chance.whole(2_000, 10_000),
  })
}

const hold: Maker = (chance) => ({
  kind: 'hold webhooks',
  forMs: chance.whole(500, 4_000),
  seed: chance.whole(1, 1_000_000),
})

const route = (to: 'first' | 'second' | 'both'): Maker => {
  return () => ({ kind: 'route webhooks', to })
}

const pack: readonly Maker[] = [
  ...Array.from({ length: 3 }, () => [kill('worker'), kill('web'), cut]).flat(),
  () => ({ kind: 'kill admin' }),
  (chance) => ({ kind: 'stop worker', which: chance.pick([0, 1]), downMs: chance.whole(100, 2_000) }),
  // Beyond the heartbeat of 15 s and the monitor's look every 15 s others take its jobs over.
  (chance) => ({ kind: 'suspend worker', which: chance.pick([0, 1]), forMs: chance.whole(1_000, 40_000) }),
  endPostgres('crash PostgreSQL'),
  endPostgres('restart PostgreSQL'),
  block,
  block,
  askStripe('status'),
  askStripe('status-kept'),
  askStripe('status-after'),
  askStripe('timeout'),
  askStripe('timeout-after'),
  askStripe('disconnect-before'),
  askStripe('disconnect-after'),
  askStripe('slow'),
  askStripe('slow-after'),
  (chance) => ({
    kind: 'Stripe is slow',
    latencyMs: chance.whole(50, 800),
    forMs: chance.whole(1_000, 5_000),
  }),
  deliver('drop'),
  deliver('drop'),
  deliver('duplicate'),
  deliver('delay'),
  deliver('bad-signature'),
  hold,
  hold,
  route('first'),
  route('second'),
  route('both'),
]

function stripeFault(kind: StripeFault['kind'], chance: Chance): StripeFault {
  const match = chance.pick([
    'POST /v1/checkout/sessions',
    'POST /v1/checkout/sessions',
    'POST /v1/checkout/sessions/*/expire',
    'POST /v1/checkout/sessions/*/expire',
    'GET /v1/checkout/sessions/*',
    'GET /v1/refunds*',
    '*',
  ])
  const times = chance.whole(1, 8)
  switch (kind) {
    case 'status':
      return { match, kind, times, status: chance.pick([429, 500, 503]) }
    case 'status-kept':
    case 'status-after':
      return { match, kind, times, status: chance.pick([500, 503]) }
    case 'timeout':
    case 'timeout-after':
      // The shop waits ten seconds for an answer.
      return { match, kind, times: Math.min(times, 3), delayMs: chance.pick([1_500, 11_000]) }
    case 'disconnect-before':
    case 'disconnect-after':
      // The package repeats such a call once.
      return { match, kind, times: 2 * times }
    case 'slow':
    case 'slow-after':
      return { match, kind, times, delayMs: chance.whole(300, 4_000) }
  }
}

function deliveryRule(kind: DeliveryRule['kind'], chance: Chance): DeliveryRule {
  switch (kind) {
    case 'drop':
      return {
        kind: 'drop',
        every: chance.whole(1, 4),
        types: droppable,
        countsAs: chance.pick(['delivered', 'failed']),
      }
    case 'duplicate':
      return { kind: 'duplicate', every: chance.whole(1, 3), copies: chance.whole(2, 5) }
    case 'delay':
      return { kind: 'delay', every: chance.whole(1, 3), delayMs: chance.whole(100, 5_000) }
    case 'bad-signature':
      return { kind: 'bad-signature', every: chance.whole(2, 4) }
  }
}

/**
 * What the reconciliation finds by itself. It finds disputes, too (lib/stripe/missed-events.ts), but here their webhooks
 * always come.
 */
const droppable = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'charge.refunded',
  'refund.created',
  'refund.updated',
  'refund.failed',
]
