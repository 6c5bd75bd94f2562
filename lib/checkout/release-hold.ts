import type { AdminAuthority, AdminResult } from '@/lib/inventory/admin'
import { isRefusal, readAuthority } from '@/lib/inventory/admin/authority'
import { type AdminRefusal, refusal } from '@/lib/inventory/admin/result'
import { log } from '@/lib/log'
import { isStorableText } from '@/lib/outside-text'
import { type CheckoutReservation, findReservation, leaseToClose } from './reservations'
import { endCheckout, releaseReservation } from './settle-reservation'

/**
 * Takes a buyer's seats in a city back for an admin. The buyer's page at Stripe is ended first, so that nobody pays for
 * seats that are gone; where the buyer was faster, the payment counts and the release is refused. Seats whose
 * payment is on its way stay taken.
 *
 * @returns `seats`: how many came free; `unknown_reservation` for one that is not of this city
 */
export async function releaseHold(
  cityId: string,
  reservationId: string,
  given: AdminAuthority,
): Promise<AdminResult<{ seats: number }>> {
  const authority = readAuthority(given, 'releasing a hold')
  if (isRefusal(authority)) return authority
  const reservation = isStorableText(reservationId) ? await findReservation(reservationId) : null
  if (reservation?.cityId !== cityId) return refusal('unknown_reservation', 'There is no such reservation')
  const refused = refuseByStatus(reservation) ?? (await refuseByStripe(reservation))
  if (refused) return refused
  const outcome = await releaseReservation(reservation.id, 'by_admin')
  switch (outcome.status) {
    case 'applied':
      log().info(
        { code: 'hold_released', reservationId, seats: outcome.quantity },
        'an admin released a hold',
      )
      return { ok: true, seats: outcome.quantity }
    case 'duplicate':
      return outcome.code === 'already_sold' ? paid : over
    case 'rejected':
      return refusal(outcome.code, outcome.message)
  }
}

function refuseByStatus({ status }: CheckoutReservation): AdminRefusal | null {
  switch (status) {
    case 'held':
      return null
    case 'awaiting':
      return refusal('payment_on_its_way', 'A payment for this reservation is on its way')
    case 'sold':
      return paid
    case 'released':
    case 'lapsed':
      return over
  }
}

/** Ends the page. A session that turns out to be complete was applied meanwhile: the reservation says how. */
async function refuseByStripe(reservation: CheckoutReservation): Promise<AdminRefusal | null> {
  await leaseToClose(reservation.id)
  const settled = await endCheckout(reservation)
  switch (settled.kind) {
    case 'over':
      return null
    case 'unclear':
      return refusal(
        'payment_unavailable',
        'Stripe is out of reach, so the buyer may still pay. Try again in a moment',
      )
    case 'complete': {
      const now = await findReservation(reservation.id)
      return (now && refuseByStatus(now)) ?? paid
    }
  }
}

const paid = refusal('already_paid', 'These seats have been paid for')
const over = refusal('unchanged', 'This hold is over already')
