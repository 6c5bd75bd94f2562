import { sql } from 'kysely'
import { database } from '@/lib/database'
import { log } from '@/lib/log'
import { type CheckoutReservation, reservationColumns } from './reservations'
import { endCheckout, releaseReservation } from './settle-reservation'

/** Reservations claimed at a time; each needs a call or two to Stripe. */
const batchSize = 40
/** Calls to Stripe at a time. */
const atOnce = 8
/** Whoever claimed a reservation has so long before another run may try. */
const leaseSeconds = 120

export interface SweepResult {
  released: number
  completed: number
  /** Stripe could not be reached about these; a later run tries again. */
  postponed: number
}

/**
 * Frees the seats of holds that ran out, once Stripe has confirmed that nobody can pay for them any more, and
 * closes the pages that a reset left open. Safe on two workers at once: a reservation is claimed by a lease,
 * committed before Stripe is asked.
 */
export async function sweepReservations(): Promise<SweepResult> {
  const result: SweepResult = { released: 0, completed: 0, postponed: 0 }
  for (const claim of [claimExpired, claimLeftByReset]) {
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
      case 'over':
        await releaseReservation(reservation.id, 'expired')
        result.released++
        break
      case 'complete':
        result.completed++
        break
      case 'unclear':
        result.postponed++
        break
    }
  } catch (error) {
    result.postponed++
    const detail = error instanceof Error ? error.message : String(error)
    log().error(
      { code: 'sweep_failed', reservationId: reservation.id, detail },
      'a reservation was not swept',
    )
  }
}

async function claimExpired(): Promise<CheckoutReservation[]> {
  // Index: reservations_by_expiry.
  return claimWhere(
    sql`status = 'held' and expires_at <= app_now() and expires_at < 'infinity'`,
    sql`expires_at`,
  )
}

async function claimLeftByReset(): Promise<CheckoutReservation[]> {
  // Index: reservations_reset_open.
  return claimWhere(
    sql`status = 'released' and closed_because = 'reset' and session_request is not null
      and session_outcome is null and session_expires_at > app_now()`,
    sql`session_expires_at`,
  )
}

async function claimWhere(
  where: ReturnType<typeof sql>,
  order: ReturnType<typeof sql>,
): Promise<CheckoutReservation[]> {
  const { rows } = await sql<CheckoutReservation>`
    update reservations set lease_until = app_now() + make_interval(secs => ${leaseSeconds})
    where id in (
      select id from reservations
      where ${where} and (lease_until is null or lease_until <= app_now())
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
