import { kindsWithoutSeat } from '@/lib/payment-records/exception-kinds'
import type { PaymentRecord } from './records'
import type { PaidSession } from './stripe-truth'

/** How our records compare with Stripe's books. */
export interface Judgement {
  /** Paid sessions of ours that Stripe knows: each is sold, an exception, or lost. */
  payments: number
  /** Those that became sales, whatever was refunded since, or whose money had gone back before. */
  sold: number
  /** Those that found no seat, and wait for a person or were closed by refund or dismissal. */
  exceptions: number
  /** Those of whose seats or money nothing accounts for a part. */
  lost: number
  /** Payments with more seats than were paid for; sales without a payment among them. */
  doubled: number
  /** Tickets: paid = sold + returned + inExceptions, or something was lost or doubled. */
  tickets: { paid: number; sold: number; returned: number; inExceptions: number }
  differences: Difference[]
}

export interface Difference {
  /** One readable line. */
  message: string
  /** The payment or reservation of ours that it is about. */
  about: string | null
}

/** Compares payment by payment; nothing is taken from our records that Stripe can tell. Pure. */
export function judge(paid: readonly PaidSession[], records: readonly PaymentRecord[]): Judgement {
  const verdict: Judgement = {
    payments: paid.length,
    sold: 0,
    exceptions: 0,
    lost: 0,
    doubled: 0,
    tickets: { paid: 0, sold: 0, returned: 0, inExceptions: 0 },
    differences: [],
  }
  const bySession = Map.groupBy(records, (record) => record.sessionId)
  for (const session of paid) {
    verdict.tickets.paid += session.tickets
    judgeSession(verdict, session, bySession.get(session.sessionId) ?? [])
  }
  const known = new Set(paid.map(({ sessionId }) => sessionId))
  for (const record of records) {
    if (record.seatsSold === 0 || (record.sessionId !== null && known.has(record.sessionId))) continue
    verdict.doubled++
    const message = `payment ${record.id} has ${record.seatsSold} seats, but nobody paid`
    verdict.differences.push({ message, about: record.id })
  }
  return verdict
}

function judgeSession(verdict: Judgement, session: PaidSession, found: readonly PaymentRecord[]): void {
  const [record] = found
  const differ = (...[what, message]: Problem) => {
    verdict[what]++
    verdict.differences.push({
      message: `session ${session.sessionId} (${session.tickets} tickets): ${message}`,
      about: record?.id ?? null,
    })
  }
  if (!record) return differ('lost', 'it is paid, and we have no payment')
  if (record.seatsSold === 0) {
    if (isException(record)) {
      verdict.exceptions++
      verdict.tickets.inExceptions += session.tickets
    } else if (record.state === 'refunded' && isRefundedInFull(session)) {
      verdict.sold++
      verdict.tickets.returned += session.tickets
    } else {
      return differ('lost', `payment ${record.id} is ${record.state} without a seat, and nobody was told`)
    }
  } else {
    verdict.sold++
    verdict.tickets.sold += record.seatsSold - record.seatsReturned
    verdict.tickets.returned += record.seatsReturned
  }
  const problem = found.length > 1 ? twoPayments : problemOf(session, record)
  if (problem) differ(...problem)
}

/** It found no seat, and waits for a person or was closed. */
function isException(record: PaymentRecord): boolean {
  const told = [...record.unresolved, ...record.dismissed, ...record.closed]
  const isTold = told.some((kind) => kindsWithoutSeat.includes(kind) || kind === 'refund_failed')
  return isTold && ['exception', 'refunded', 'dismissed'].includes(record.state)
}

/** Money that had gone back before its payment could be sold needs neither a seat nor a person. */
function isRefundedInFull({ amountCents, refundedCents }: PaidSession): boolean {
  return amountCents > 0 && refundedCents >= amountCents
}

type Problem = ['lost' | 'doubled', string]

const twoPayments: Problem = ['doubled', 'it has two payments']

function problemOf(session: PaidSession, record: PaymentRecord): Problem | null {
  const { seatsSold, seatsReturned, seatsByLedger } = record
  if (record.refundedCents !== session.refundedCents)
    return ['lost', `Stripe has refunded ${session.refundedCents} cents, we know of ${record.refundedCents}`]
  if (session.dispute !== record.dispute)
    return ['lost', `its dispute is ${session.dispute ?? 'none'}, we have ${record.dispute ?? 'none'}`]
  if (session.dispute === 'lost' && !has(record, 'dispute_lost') && !isGivenBack(record))
    return ['lost', 'its dispute was lost, and no exception says so']
  if (seatsSold === 0) return null
  if (seatsSold !== session.tickets)
    return [seatsSold > session.tickets ? 'doubled' : 'lost', `${seatsSold} seats are sold for it`]
  const now = seatsSold - seatsReturned
  if (seatsByLedger !== now)
    return [
      seatsByLedger > now ? 'doubled' : 'lost',
      `the ledger says ${seatsByLedger}, the payment ${now} seats`,
    ]
  return problemOfRefunds(session, record)
}

/** A person gave the seats back whose money the bank has taken. */
function isGivenBack({ closed }: PaymentRecord): boolean {
  return closed.includes('dispute_lost')
}

/** Seats follow the money that went back, or a person has been told why not. */
function problemOfRefunds(session: PaidSession, record: PaymentRecord): Problem | null {
  const { refundedCents, lostCents, amountCents, tickets } = session
  const back = Math.min(amountCents, refundedCents + (isGivenBack(record) ? lostCents : 0))
  const share = amountCents === 0 ? 0 : (back * tickets) / amountCents
  const refunds = `${back} of ${amountCents} cents went back and ${record.seatsReturned} seats returned`
  // Seats that are owed come first: what the rest of the money was for is asked once they are sold again.
  if (record.seatsReturned > share && has(record, 'refund_failed')) return null
  if (!Number.isInteger(share))
    return has(record, 'unclear_refund') || record.decidedCents.includes(refundedCents)
      ? null
      : ['lost', `${refunds}, and no exception says that this is unclear`]
  if (record.seatsReturned === share) return null
  return [record.seatsReturned > share ? 'lost' : 'doubled', `${refunds}, which should be ${share}`]
}

/** A person knows: it waits for them, or they have closed it. One that closed by itself must be true no more. */
function has({ unresolved, dismissed }: PaymentRecord, kind: PaymentRecord['unresolved'][number]): boolean {
  return unresolved.includes(kind) || dismissed.includes(kind)
}
