import { v7 as newReservationId } from 'uuid'
import { config } from '@/lib/config'
import type { Outcome } from '@/lib/inventory/commands'
import { execute } from '@/lib/inventory/execute'
import type { CheckoutFailure } from './checkout-result'
import { refusalOf } from './refusal'
import type { CheckoutReservation } from './reservations'
import type { Wanted } from './wanted'

/** A change asks Stripe a few times at most. Should its process die, the seats are free again soon, not when holds end. */
const changeMinutes = 5

/**
 * Holds the seats beyond those that a visitor's old hold can give: the difference, or all of them in another tier.
 * A double click asks under the same name, and so shares them.
 *
 * @returns the reservation of those seats, null where none are needed, or why there are none
 */
export async function holdExtraSeats(
  old: CheckoutReservation,
  wanted: Wanted,
): Promise<{ id: string } | CheckoutFailure | null> {
  const own = old.tier === wanted.tier ? old.quantity : 0
  const quantity = wanted.quantity - own
  if (quantity <= 0) return null
  const shared = `${old.id}:${wanted.tier}:${wanted.quantity}`
  const outcome = await hold(shared, quantity, old, wanted)
  if (!isUsedUp(outcome)) return answer(shared, outcome, wanted, own)
  // Held once for an earlier change that came to nothing.
  const fresh = newReservationId()
  return answer(fresh, await hold(fresh, quantity, old, wanted), wanted, own)
}

async function hold(
  reservationId: string,
  quantity: number,
  old: CheckoutReservation,
  wanted: Wanted,
): Promise<Outcome> {
  const { city, tier, email, visitorHash, addressHash, linkId } = wanted
  const [[outcome] = []] = await execute(
    [
      [
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
      ],
    ],
    { limits: config().holdLimits },
  )
  if (!outcome) throw new Error('execute gave no outcome')
  return outcome
}

function isUsedUp(outcome: Outcome): boolean {
  return outcome.status === 'rejected' && outcome.code === 'reservation_conflict'
}

function answer(id: string, outcome: Outcome, wanted: Wanted, own: number): { id: string } | CheckoutFailure {
  return outcome.status === 'rejected' ? refusalOf(outcome, wanted, own) : { id }
}
