import { v7 as newReservationId } from 'uuid'
import { config } from '@/lib/config'
import type { Outcome } from '@/lib/inventory/outcomes'
import { executeOne } from '@/lib/inventory/execute-one'
import type { CheckoutFailure } from './checkout-result'
import { refusalOf } from './refusal'
import type { CheckoutReservation } from './reservations'
import type { Wanted } from './wanted'

/**
 * A change asks Stripe a few times at most. If its process dies, the seats are free again after this time, not when
 * holds end.
 */
const changeMinutes = 5

/**
 * Holds the seats beyond those that a visitor's old hold can give: the difference, or all of them in another tier.
 * Both requests of a double click use the same reservation id, and so share the seats.
 *
 * @returns the reservation of those seats, null where none are needed, or why there are none
 */
export async function holdExtraSeats(
  old: CheckoutReservation,
  wanted: Wanted,
): Promise<{ id: string } | CheckoutFailure | null> {
  const quantity = wanted.quantity - ownSeats(old, wanted)
  if (quantity <= 0) return null
  const shared = [old.id, wanted.tier, wanted.quantity, ...(wanted.linkId ? [wanted.linkId] : [])].join(':')
  const outcome = await hold(shared, quantity, old, wanted)
  if (!isUsedUp(outcome)) return answer(shared, outcome, old, wanted)
  // The id was used for an earlier change that came to nothing.
  const fresh = newReservationId()
  return answer(fresh, await hold(fresh, quantity, old, wanted), old, wanted)
}

async function hold(
  reservationId: string,
  quantity: number,
  old: CheckoutReservation,
  wanted: Wanted,
): Promise<Outcome> {
  const { city, tier, email, visitorHash, addressHash, linkId } = wanted
  return executeOne(
    {
      type: 'hold',
      reservationId,
      cityId: city.id,
      tier,
      quantity,
      minutes: changeMinutes,
      email,
      visitorHash,
      addressHash,
      extends: old.id,
      reach: 'by_setting',
      linkId,
    },
    { limits: config().holdLimits },
  )
}

function isUsedUp(outcome: Outcome): boolean {
  return outcome.status === 'rejected' && outcome.code === 'reservation_conflict'
}

function answer(
  id: string,
  outcome: Outcome,
  old: CheckoutReservation,
  wanted: Wanted,
): { id: string } | CheckoutFailure {
  if (outcome.status !== 'rejected') return { id }
  // Seats that were held without the link are not among those that it has.
  const countsOwn = outcome.code !== 'link_used_up' || old.linkId === wanted.linkId
  return refusalOf(outcome, wanted, countsOwn ? ownSeats(old, wanted) : 0)
}

/** Seats of the old hold that can be among those wanted. */
function ownSeats(old: CheckoutReservation, { tier }: Wanted): number {
  return old.tier === tier ? old.quantity : 0
}
