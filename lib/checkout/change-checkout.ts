import { config } from '@/lib/config'
import type { Command } from '@/lib/inventory/commands'
import { refusalIn, type Rejected } from '@/lib/inventory/outcomes'
import { isChangeable } from '@/lib/inventory/decide/hold-terms'
import { execute } from '@/lib/inventory/execute'
import { rehearse } from '@/lib/inventory/rehearse'
import type { CheckoutFailure } from './checkout-result'
import { holdExtraSeats } from './extra-seats'
import { refusalOf } from './refusal'
import {
  type CheckoutReservation,
  findReservation,
  findVisitorsHold,
  isWanted,
  leaseToClose,
} from './reservations'
import { endCheckout, releaseReservation } from './settle-reservation'
import { holdCommand, type Wanted } from './wanted'

/**
 * Replaces a visitor's hold by another one. The visitor never holds less than before without knowing, and never
 * pays twice:
 * 1. Only the additional seats are held.
 * 2. While the old page is still open, a rehearsal finds out what would be refused.
 * 3. The old page is closed at Stripe.
 * 4. Old and additional seats become the new hold, all or nothing.
 *
 * A hold lasts no longer than the holds before it could have been kept, so that no buyer keeps seats without end.
 *
 * @returns the new reservation, whose page is still to be made, or why the old checkout stays
 */
export async function changeCheckout(
  old: CheckoutReservation,
  wanted: Wanted,
): Promise<CheckoutReservation | CheckoutFailure> {
  if (!isChangeable(old.secondsKeepable)) return (await holdAsWanted(wanted)) ?? keptLongEnough(old)
  const extra = await holdExtraSeats(old, wanted)
  // The other request of a double click may be done already: then these very seats are the visitor's own.
  if (extra && 'ok' in extra) return (await holdAsWanted(wanted)) ?? extra
  const dropExtra = async () => {
    if (extra) await releaseReservation(extra.id, 'changed')
  }
  try {
    return await exchange(old, wanted, { extra, dropExtra })
  } catch (error) {
    // If the additional seats cannot be dropped either, they are free again in a few minutes.
    await dropExtra().catch(() => {})
    throw error
  }
}

async function exchange(
  old: CheckoutReservation,
  wanted: Wanted,
  { extra, dropExtra }: { extra: { id: string } | null; dropExtra: () => Promise<void> },
): Promise<CheckoutReservation | CheckoutFailure> {
  const hold = holdCommand(wanted, old)
  const group: Command[] = [
    { type: 'release', reservationId: old.id, cause: 'changed' },
    ...(extra ? [{ type: 'release', reservationId: extra.id, cause: 'changed' } as const] : []),
    hold,
  ]
  const limits = { limits: config().holdLimits }
  const foreseen = refusalIn((await rehearse([group], limits)).flat())
  if (foreseen && !isDoubleClick(foreseen)) {
    await dropExtra()
    return answerTo(foreseen, wanted)
  }
  await leaseToClose(old.id)
  const settled = await endCheckout(old)
  switch (settled.kind) {
    case 'unclear':
      await dropExtra()
      return unreachable
    case 'complete':
      await dropExtra()
      return alreadyPaid
    case 'over':
      break
  }
  const refused = refusalIn((await execute([group], limits)).flat())
  if (!refused) return heldAs(hold.reservationId)
  await dropExtra()
  return isDoubleClick(refused) ? winnersHold(refused, wanted) : giveUp(old, refused, wanted)
}

async function heldAs(reservationId: string): Promise<CheckoutReservation> {
  const held = await findReservation(reservationId)
  if (!held) throw new Error('A hold that was taken is not there')
  return held
}

/** Another request of the same visitor was faster: a double click. If it wanted the same, both get its page. */
async function winnersHold(
  refused: Rejected,
  wanted: Wanted,
): Promise<CheckoutReservation | CheckoutFailure> {
  return (await holdAsWanted(wanted)) ?? answerTo(refused, wanted)
}

async function holdAsWanted(wanted: Wanted): Promise<CheckoutReservation | null> {
  const live = await findVisitorsHold(wanted.city.id, wanted.visitorHash)
  return live && isWanted(live, wanted) ? live : null
}

/** The old page is closed and the new hold refused after all, so the old seats go back at once. */
async function giveUp(old: CheckoutReservation, refused: Rejected, wanted: Wanted): Promise<CheckoutFailure> {
  await releaseReservation(old.id, 'changed')
  return answerTo(refused, wanted)
}

function answerTo(refused: Rejected, wanted: Wanted): CheckoutFailure {
  return refused.code === 'payment_on_its_way' ? alreadyPaid : refusalOf(refused, wanted)
}

function isDoubleClick({ code }: Rejected): boolean {
  return code === 'live_hold'
}

function keptLongEnough({ isOver }: CheckoutReservation): CheckoutFailure {
  const message = isOver
    ? 'The time for your seats is over. They are free again in a moment; then choose anew'
    : 'Your seats cannot be kept any longer by changing them. Pay for them as they are, or give them back'
  return { ok: false, code: 'hold_limit', message }
}

const unreachable: CheckoutFailure = {
  ok: false,
  code: 'payment_unavailable',
  message: 'Your earlier checkout cannot be changed right now. It stays as it is; try again in a moment',
}

const alreadyPaid: CheckoutFailure = {
  ok: false,
  code: 'in_conflict',
  message: 'Your earlier checkout for this workshop has just been paid',
}
