import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { refundFacts } from '@/lib/stripe/facts'
import { ticketPrice } from './city'
import { again, aTicket, type StripeEvent, type Ticket } from './tickets'

/** What may happen to the money of a few payments after their sale. */
export type MoneyStep =
  | { type: 'refund'; of: number; cents: number; status: 'pending' | 'succeeded' }
  /** The end of the payment's latest refund that has not failed. */
  | { type: 'end'; of: number; status: 'succeeded' | 'failed' }
  | { type: 'dispute'; of: number; cents: number; status: 'open' | 'won' | 'lost' }
  /** Stripe sends old news once more. */
  | { type: 'again'; nth: number }
  /** What an admin decides about one of the exceptions that wait; how many seats, 0 where they say none. */
  | { type: 'decide'; nth: number; how: 'dismiss' | 'restock' | 'expand'; seats: number }
  /** Somebody else buys. */
  | { type: 'sell'; seats: number }

/** A step that Stripe tells of. */
type Told = Exclude<MoneyStep, { type: 'decide' }>

/** Seats of each payment, which cost 1,000 USD apiece. */
export const seatsBought = [3, 2]

const of = fc.nat({ max: seatsBought.length - 1 })
const cents = fc.constantFrom(15_000, 85_000, 85_000, 100_000, 115_000, 200_000)

const told = [
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('refund' as const),
      of,
      cents,
      status: fc.constantFrom('pending' as const, 'succeeded' as const, 'succeeded' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('end' as const),
      of,
      status: fc.constantFrom('succeeded' as const, 'failed' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('dispute' as const),
      of,
      cents,
      status: fc.constantFrom('open' as const, 'won' as const, 'lost' as const, 'lost' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('again' as const), nth: fc.nat({ max: 9 }) }) },
]
const decided = {
  weight: 6,
  arbitrary: fc.record({
    type: fc.constant('decide' as const),
    nth: fc.nat({ max: 1 }),
    seats: fc.nat({ max: 3 }),
    how: fc.constantFrom('dismiss' as const, 'restock' as const, 'restock' as const, 'expand' as const),
  }),
}
const sold = {
  weight: 1,
  arbitrary: fc.record({ type: fc.constant('sell' as const), seats: fc.integer({ min: 1, max: 2 }) }),
}

/** Stories of Stripe's news alone. */
export const news: fc.Arbitrary<Told[]> = fc.array(fc.oneof(...told), {
  minLength: 6,
  maxLength: 10,
  size: 'max',
})
/** The same, with other buyers and with an admin who decides now and then. */
export const stories: fc.Arbitrary<MoneyStep[]> = fc.array(fc.oneof(...told, decided, sold), {
  minLength: 12,
  maxLength: 16,
  size: 'max',
})

/** A few payments, and what Stripe has said of them so far. */
export interface MoneyWorld {
  cityId: string
  payments: { ticket: Ticket; seats: number; refunds: StripeEvent[]; disputes: StripeEvent[] }[]
  told: StripeEvent[]
}

export function newMoneyWorld(cityId: string): MoneyWorld {
  const payments = seatsBought.map((quantity) => {
    const ticket = aTicket({ cityId, quantity, reservationId: null })
    return { ticket, seats: quantity, refunds: [], disputes: [] }
  })
  return { cityId, payments, told: payments.map(({ ticket }) => ticket.completed()) }
}

/** What Stripe says of a step, none where it cannot happen: no more is refunded than was paid. */
export function newsOf(world: MoneyWorld, step: Told): StripeEvent[] {
  switch (step.type) {
    case 'again':
      return world.told.slice(step.nth, step.nth + 1).map(again)
    case 'sell':
      return [aTicket({ cityId: world.cityId, quantity: step.seats, reservationId: null }).completed()]
    case 'refund':
      return newsOfRefund(paymentOf(world, step.of), step)
    case 'end': {
      const { ticket, refunds } = paymentOf(world, step.of)
      const at = refunds.findLastIndex(({ object }) => object.status !== 'failed')
      const refund = refunds[at]
      if (!refund || refund.object.status === step.status) return []
      return changed(refunds, at, ticket.refund(at, Number(refund.object.amount), step.status), ticket)
    }
    case 'dispute':
      return newsOfDispute(paymentOf(world, step.of), step)
  }
}

type Disputed = MoneyWorld['payments'][number]

function newsOfRefund(
  { ticket, seats, refunds }: Disputed,
  { cents, status }: MoneyStep & { type: 'refund' },
): StripeEvent[] {
  const alive = refunds.filter(({ object }) => object.status !== 'failed')
  if (sum(alive) + cents > seats * ticketPrice.ga) return []
  return changed(refunds, refunds.length, ticket.refund(refunds.length, cents, status), ticket)
}

/** Stripe tells of a refund itself, and of its charge. */
function changed(refunds: StripeEvent[], at: number, refund: StripeEvent, ticket: Ticket): StripeEvent[] {
  refunds[at] = refund
  const charge = ticket.chargeRefunded(...refunds.filter(({ object }) => object.status === 'succeeded'))
  const answer = { kind: 'refunds' as const, refunds: refunds.map(({ object }) => refundFacts.parse(object)) }
  return [refund, { ...charge, answer }]
}

function newsOfDispute(
  { ticket, seats, disputes }: Disputed,
  { cents, status }: MoneyStep & { type: 'dispute' },
): StripeEvent[] {
  if (sum(disputes) + cents > seats * ticketPrice.ga) return []
  const event = status === 'open' ? ticket.disputeCreated() : ticket.disputeClosed(status)
  const dispute = { ...event, object: { ...event.object, id: `dp_${randomUUID()}`, amount: cents } }
  disputes.push(dispute)
  return [dispute]
}

function paymentOf({ payments }: MoneyWorld, of: number): Disputed {
  const payment = payments[of]
  if (!payment) throw new Error(`No payment ${of}`)
  return payment
}

/** What refunds or disputes come to, in cents. */
export function sum(events: readonly StripeEvent[]): number {
  return events.reduce((cents, { object }) => cents + Number(object.amount), 0)
}
