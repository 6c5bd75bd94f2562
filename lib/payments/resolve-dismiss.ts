import { sql } from 'kysely'
import { database, type Trx } from '@/lib/database'
import type { Release } from '@/lib/inventory/commands'
import { executeIn } from '@/lib/inventory/execute'
import { disputesTold } from '@/lib/inventory/lost-in-disputes'
import { transactStock } from '@/lib/inventory/transact-stock'
import { leavesNoSeat } from '@/lib/payment-records/exception-kinds'
import { ClaimLost, closeClaimed, type ExceptionClaim, resolving } from './exception-claims'
import { lostMeanwhile, refundedMeanwhile, type ResolutionResult, type Resolver } from './resolution-result'

export interface DismissOptions {
  /** The money refunded that the admin saw; another by now: refused with `numbers_moved`. */
  expectedRefundedCents?: number | undefined
  /** The lost disputes that the admin saw it tell of; more by now: refused with `numbers_moved`. */
  expectedDisputes?: number | undefined
}

/**
 * Closes an exception as it is, with a reason. A payment without seats then gets none, and what was still held for
 * it is free, unless that is for another exception to decide; a sale stays a sale.
 */
export async function dismissException(
  exceptionId: number,
  resolver: Resolver & { reason: string },
  { expectedRefundedCents, expectedDisputes }: DismissOptions = {},
): Promise<ResolutionResult> {
  return resolving({ exceptionId, resolution: 'dismiss', resolver }, async (claim) => {
    const isAboutSeats = leavesNoSeat(claim)
    const kept = isAboutSeats ? await seatsKeptFor(claim) : []
    return transactStock<ResolutionResult>(async (trx) => {
      const payment = { id: claim.paymentId }
      const { furtherPayments, changedCities } = await executeIn(trx, kept, { furtherPayments: [payment] })
      const refundedCents = furtherPayments[0]?.refundedCents
      if (expectedRefundedCents !== undefined && refundedCents !== expectedRefundedCents)
        throw new ClaimLost(refundedMeanwhile())
      if (expectedDisputes !== undefined && (await countDisputes(trx, claim)) !== expectedDisputes)
        throw new ClaimLost(lostMeanwhile())
      await sql`update payments set state = 'dismissed', updated_at = app_now()
        where id = ${claim.paymentId} and state = 'exception' and seats_sold = 0 and ${isAboutSeats}`.execute(
        trx,
      )
      await closeClaimed(trx, claim, { resolution: 'dismissed', refundedCents })
      return { result: { ok: true, resolution: 'dismissed' }, changedCities }
    })
  })
}

/** Whoever tells of another one has the payment's lock, so under that it stays so. */
async function countDisputes(trx: Trx, { id }: ExceptionClaim): Promise<number> {
  const { rows } = await sql<{ disputes: number }>`
    select ${disputesTold('e')} as disputes from payment_exceptions e where e.id = ${id}`.execute(trx)
  return rows[0]?.disputes ?? 0
}

/**
 * The release of the seats that an exception kept. They are this payment's alone, and only a resolution gives them
 * back, so they can be looked up before the locks.
 */
async function seatsKeptFor({ paymentId }: ExceptionClaim): Promise<Release[][]> {
  const { rows } = await sql<{ reservationId: string; sessionId: string | null }>`
    select r.id as "reservationId", p.session_id as "sessionId"
    from payments p join reservations r on r.id = p.reservation_id and r.session_id is not distinct from p.session_id
    where p.id = ${paymentId} and p.state = 'exception' and p.seats_sold = 0
      and r.status in ('held', 'awaiting')`.execute(database())
  return rows.map((row) => [{ type: 'release', ...row, cause: 'dismissed' }])
}
