import type { LedgerOperation } from '@/db/tables/stock'
import { noSuchCity } from '@/lib/no-such-city'
import { actualAvailable, publicAvailable } from '../availability'
import type {
  Authority,
  Changes,
  LedgerEntry,
  LedgerFigures,
  Payment,
  Pool,
  Reservation,
  State,
} from '../model'
import type { Applied, Duplicate, Outcome, Rejected, RejectionCode } from '../outcomes'

/** What becomes of a command, and complete new versions of the rows that it changes. */
export interface Decision {
  outcome: Outcome
  changes: Changes
}

/** Does a command. @param quantity seats that it was about */
export function applied(
  after: Pool,
  quantity: number,
  changes: Changes,
  details: Partial<Pick<Applied, 'limit' | 'reservation' | 'note'>> = {},
): Decision {
  const figures = { quantity, available: actualAvailable(after), limit: after.actualLimit }
  return { outcome: { status: 'applied', ...figures, ...details }, changes }
}

/** It was done before, or is so already. @param changes what is noted all the same */
export function duplicate(
  code: Duplicate['code'],
  reservation?: Reservation,
  changes: Changes = {},
): Decision {
  return { outcome: { status: 'duplicate', code, ...(reservation && { reservation }) }, changes }
}

/** Changes nothing. @param message for whoever asked */
export function rejected(code: RejectionCode, message: string): Decision {
  return { outcome: { status: 'rejected', code, message }, changes: {} }
}

/** Not enough stock: `available` seats were within this buyer's reach. */
export function insufficient(pool: Pool, available: number, requested: number): Decision {
  return { outcome: insufficientOutcome(pool, available, requested), changes: {} }
}

export function insufficientOutcome(pool: Pool, available: number, requested: number): Rejected {
  return {
    status: 'rejected',
    code: 'insufficient_stock',
    message: `Insufficient inventory. Available: ${available}, Requested: ${requested}`,
    available,
    publicAvailable: publicAvailable(pool),
  }
}

export function unknownPool(): Decision {
  return rejected('unknown_city', noSuchCity)
}

/** Why an archived city's stock is not changed, for an admin. */
export const cityIsArchived = 'This city is archived. Bring it back first.'

/** Refuses what an admin would change in an archived city; null in any other. */
export function refuseArchived({ cities }: State, cityId: string): Decision | null {
  return cities.get(cityId)?.archived ? rejected('archived', cityIsArchived) : null
}

/** The reservation's seats are kept for a payment that Stripe has told of. */
export function paymentOnItsWay(): Decision {
  return rejected('payment_on_its_way', 'A payment for this reservation is on its way')
}

/** A row of the ledger: what changed, from what to what, and for which payment or by whose authority. */
export function entry(
  operation: LedgerOperation,
  quantity: number,
  before: Pool,
  after: Pool,
  because: { payment?: Payment; authority?: Authority | undefined },
): LedgerEntry {
  return {
    cityId: before.cityId,
    tier: before.tier,
    epoch: after.epoch,
    operation,
    quantity,
    before: figures(before),
    after: figures(after),
    payment: because.payment
      ? {
          id: because.payment.id,
          paymentIntentId: because.payment.paymentIntentId,
          sessionId: because.payment.sessionId,
        }
      : null,
    reservationId: because.payment?.reservationId ?? null,
    authority: because.authority ?? {},
  }
}

function figures({ sold, publicLimit, actualLimit }: Pool): LedgerFigures {
  return { sold, publicLimit, actualLimit }
}
