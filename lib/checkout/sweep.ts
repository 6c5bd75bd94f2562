import { sql } from 'kysely'
import { database } from '@/lib/database'
import { errorText } from '@/lib/error-text'
import { noPaymentWaits } from '@/lib/inventory/overdue-sql'
import { log } from '@/lib/log'
import { type CheckoutReservation, leaseSeconds, reservationColumns } from './reservations'
import { endCheckout, releaseReservation } from './settle-reservation'

/** Reservations claimed at a time; each needs a call or two to Stripe. */
const batchSize = 40
/** Calls to Stripe at a time. */
const atOnce = 8

export interface SweepResult {
  released: number
  completed: number
  /** Stripe could not be reached about these, or a payment for them was accepted. A later run tries again. */
  postponed: number
}

/**
 * Frees the seats of holds that ran out, once Stripe has confirmed that they cannot be paid any more. Also closes the
 * pages that a reset, or a sale that was taken back, left open. Safe on two workers at once: a reservation is claimed by a
 * lease, committed before Stripe is asked.
 */
export async function sweepReservations(): Promise<SweepResult> {
  const result: SweepResult = { released: 0, completed: 0, postponed: 0 }
  for (const claim of [claimExpired, claimLeftOpen]) {
    for (;;) {
      const claimed = await claim()
      const before = result.postponed
      await inParallel(claimed, (reservation) => sweepOne(reservation, result))
      // With Stripe out of reach the rest would only wait for time-outs, longer than their lease.
      if (claimed.length < batchSize || result.postponed - before === claimed.length) break
    }
  }
  return result
}

async function sweepOne(reservation: CheckoutReservation, result: SweepResult): Promise<void> {
  try {
    const settled = await endCheckout(reservation)
    switch (settled.kind) {
      case 'over': {
        const { status } = await releaseReservation(reservation.id, 'expired')
        if (status === 'rejected') result.postponed++
        else result.released++
        break
      }
      case 'complete':
        result.completed++
        break
      case 'unclear':
        result.postponed++
        break
    }
  } catch (error) {
    result.postponed++
    log().error(
      { code: 'sweep_failed', reservationId: reservation.id, detail: errorText(error) },
      'a reservation was not swept',
    )
  }
}

/**
 * Claims expired holds. If a hold has a page, Stripe knows whether it is paid. Of a hold without one only an event
 * can tell, so it is left alone while such an event waits.
 */
async function claimExpired(): Promise<CheckoutReservation[]> {
  // Index: reservations_by_expiry.
  return claimWhere(
    sql`r.status = 'held' and r.expires_at <= app_now() and r.expires_at < 'infinity'
      and (r.session_request is not null or (${noPaymentWaits('r')}))`,
    sql`r.expires_at`,
  )
}

/**
 * Claims holds whose pages a reset, or a sale that was taken back, left open. A page whose payment is on its way is closed
 * already; to ask about it would keep its seats again.
 */
async function claimLeftOpen(): Promise<CheckoutReservation[]> {
  // Indexes: reservations_left_open; payments_session, for `offset 0` has each page looked up.
  return claimWhere(
    sql`r.status = 'released' and r.closed_because in ('reset', 'taken_back') and r.session_request is not null
      and r.session_outcome is null and r.session_expires_at > app_now()
      and not exists (select 1 from payments p where p.session_id = r.session_id and p.state = 'awaiting' offset 0)`,
    sql`r.session_expires_at`,
  )
}

async function claimWhere(
  where: ReturnType<typeof sql>,
  order: ReturnType<typeof sql>,
): Promise<CheckoutReservation[]> {
  const { rows } = await sql<CheckoutReservation>`
    update reservations set lease_until = app_now() + make_interval(secs => ${leaseSeconds})
    where id in (
      select r.id from reservations r
      where ${where} and (r.lease_until is null or r.lease_until <= app_now())
      order by ${order} limit ${batchSize}
      for update skip locked)
    returning ${reservationColumns}`.execute(database())
  return rows
}

async function inParallel<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items]
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await run(item)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}
