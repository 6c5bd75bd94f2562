import { expect } from 'vitest'
import { aTicket, type StripeEvent, type Ticket } from './tickets'

/** All that Stripe says about one order, or two that belong together, and where it must end. */
export interface TicketStory {
  name: string
  tell: (cityId: string) => {
    tickets: Ticket[]
    events: StripeEvent[]
  }
  /** `payments`: seats sold, seats returned, state and dispute of each. */
  end: Record<string, unknown>
}

const nothing = { sold: 0, held: 0, ledger: 0, payments: null, exceptions: null }

function sold(seats: number, payments: unknown[][], exceptions: string[] | null = null) {
  return { sold: seats, held: 0, ledger: seats, payments, exceptions }
}

export const ticketStories: [TicketStory, ...TicketStory[]] = [
  {
    name: 'paid and refunded in full, each refund told three times',
    tell: (cityId) => {
      const ticket = aTicket({ cityId, quantity: 2 })
      const refund = ticket.refund(1, 200_000, 'succeeded')
      const created = ticket.refund(1, 200_000, 'pending')
      return {
        tickets: [ticket],
        events: [ticket.completed(), created, refund, ticket.chargeRefunded(refund)],
      }
    },
    end: { sold: 0, held: 0, ledger: 0, payments: [[2, 2, 'refunded', null]], exceptions: null },
  },
  {
    name: 'expired, paid all the same, and told twice',
    tell: (cityId) => {
      const ticket = aTicket({ cityId })
      return { tickets: [ticket], events: [ticket.expired(), ticket.completed(), ticket.asyncSucceeded()] }
    },
    end: sold(1, [[1, 0, 'sold', null]]),
  },
  {
    name: 'expired twice',
    tell: (cityId) => {
      const ticket = aTicket({ cityId, quantity: 3 })
      return { tickets: [ticket], events: [ticket.expired(), ticket.expired()] }
    },
    end: nothing,
  },
  {
    name: 'a bank debit that succeeds, one of two seats refunded',
    tell: (cityId) => {
      const ticket = aTicket({ cityId, quantity: 2 })
      const refund = ticket.refund(1, 100_000, 'succeeded')
      return {
        tickets: [ticket],
        events: [ticket.completedUnpaid(), ticket.asyncSucceeded(), refund, ticket.chargeRefunded(refund)],
      }
    },
    end: sold(1, [[2, 1, 'sold', null]]),
  },
  {
    name: 'a bank debit that fails',
    tell: (cityId) => {
      const ticket = aTicket({ cityId, quantity: 2 })
      return {
        tickets: [ticket],
        events: [ticket.completedUnpaid(), ticket.asyncFailed(), ticket.asyncFailed()],
      }
    },
    end: { ...nothing, payments: [[0, 0, 'failed', null]] },
  },
  {
    name: 'a bank debit without a hold',
    tell: (cityId) => {
      const ticket = aTicket({ cityId, quantity: 2, reservationId: null })
      return { tickets: [ticket], events: [ticket.completedUnpaid(), ticket.asyncSucceeded()] }
    },
    end: sold(2, [[2, 0, 'sold', null]]),
  },
  {
    name: 'three seats, refunds of 15,000 and 85,000 cents',
    tell: (cityId) => {
      const ticket = aTicket({ cityId, quantity: 3 })
      const [small, rest] = [ticket.refund(1, 15_000, 'succeeded'), ticket.refund(2, 85_000, 'succeeded')]
      return {
        tickets: [ticket],
        events: [
          ticket.completed(),
          small,
          rest,
          ticket.chargeRefunded(small, rest),
          ticket.chargeRefunded(small),
        ],
      }
    },
    end: sold(2, [[3, 1, 'sold', null]]),
  },
  {
    name: 'a refund that fails after it had succeeded',
    tell: (cityId) => {
      const ticket = aTicket({ cityId, quantity: 2 })
      const refund = ticket.refund(1, 200_000, 'succeeded')
      return {
        tickets: [ticket],
        events: [
          ticket.completed(),
          ticket.refund(1, 200_000, 'pending'),
          refund,
          ticket.chargeRefunded(refund),
          ticket.refund(1, 200_000, 'failed'),
        ],
      }
    },
    end: { sold: 2, held: 0, ledger: 2, payments: [[2, 0, 'sold', null]], exceptions: null },
  },
  {
    name: 'a refund that stays unclear',
    tell: (cityId) => {
      const ticket = aTicket({ cityId, quantity: 2 })
      const refund = ticket.refund(1, 30_000, 'succeeded')
      return { tickets: [ticket], events: [ticket.completed(), refund, ticket.chargeRefunded(refund)] }
    },
    end: sold(2, [[2, 0, 'sold', null]], ['unclear_refund']),
  },
  {
    name: 'a dispute that is lost',
    tell: (cityId) => {
      const ticket = aTicket({ cityId })
      return {
        tickets: [ticket],
        events: [ticket.completed(), ticket.disputeCreated(), ticket.disputeClosed('lost'), ticket.expired()],
      }
    },
    end: sold(1, [[1, 0, 'sold', 'lost']], ['dispute_lost']),
  },
  {
    name: 'a coupon for all of it, and a payment link beside it',
    tell: (cityId) => {
      const free = aTicket({ cityId })
      const link = aTicket({ cityId, quantity: 2, reservationId: null })
      return { tickets: [free, link], events: [free.completedFree(), free.expired(), link.completed()] }
    },
    end: sold(3, [
      [1, 0, 'sold', null],
      [2, 0, 'sold', null],
    ]),
  },
  {
    name: 'two sessions of one buyer: the first expires, the second is paid',
    tell: (cityId) => {
      const [first, second] = [aTicket({ cityId }), aTicket({ cityId, quantity: 2 })]
      return {
        tickets: [first, second],
        events: [first.expired(), second.completed(), first.expired(), second.asyncSucceeded()],
      }
    },
    end: sold(2, [[2, 0, 'sold', null]]),
  },
  {
    name: 'two sessions that name one reservation, both paid, one refunded',
    tell: (cityId) => {
      const first = aTicket({ cityId, quantity: 2 })
      const second = aTicket({ cityId, quantity: 2, reservationId: first.hold.reservationId })
      const refund = second.refund(1, 200_000, 'succeeded')
      return {
        tickets: [first, second],
        events: [
          first.completed(),
          second.completed(),
          refund,
          first.asyncSucceeded(),
          second.chargeRefunded(refund),
        ],
      }
    },
    end: {
      sold: 2,
      held: 0,
      ledger: 2,
      exceptions: null,
      payments: [
        [2, 0, 'sold', null],
        [2, 2, 'refunded', null],
      ],
    },
  },
  {
    name: 'paid for a city that nobody knows',
    tell: () => {
      const ticket = aTicket({ cityId: 'ATLANTIS' })
      return { tickets: [ticket], events: [ticket.completed(), ticket.asyncSucceeded(), ticket.expired()] }
    },
    end: { ...nothing, payments: [[0, 0, 'exception', null]], exceptions: ['unknown_city'] },
  },
  {
    name: 'paid for a city that nobody knows, and refunded',
    tell: () => {
      const ticket = aTicket({ cityId: 'ATLANTIS', reservationId: null })
      const refund = ticket.refund(1, 100_000, 'succeeded')
      return { tickets: [ticket], events: [ticket.completed(), refund, ticket.chargeRefunded(refund)] }
    },
    end: { ...nothing, payments: [[0, 0, 'refunded', null]] },
  },
  {
    name: 'paid for a city that nobody knows, and a refund that fails',
    tell: () => {
      const ticket = aTicket({ cityId: 'ATLANTIS' })
      const refund = ticket.refund(1, 100_000, 'succeeded')
      return {
        tickets: [ticket],
        events: [
          ticket.completed(),
          refund,
          ticket.chargeRefunded(refund),
          ticket.refund(1, 100_000, 'failed'),
        ],
      }
    },
    // Either exception says it: the money is here, and nothing was sold for it.
    end: { ...nothing, payments: [[0, 0, 'exception', null]], exceptions: expect.any(Array) },
  },
]
