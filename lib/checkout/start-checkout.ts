import { randomBytes } from 'node:crypto'
import { getCityById } from '@/lib/cities'
import type { Rejected } from '@/lib/inventory/outcomes'
import { holdSeats } from '@/lib/inventory/hold-seats'
import { changeCheckout } from './change-checkout'
import type { CreateCall, RefusedSession } from './checkout-session'
import type { CheckoutFailure, CheckoutResult } from './checkout-result'
import {
  checkoutClosed,
  emailLeftOut,
  giveUpPage,
  isRefused,
  openPage,
  tryToOpen,
  unavailable,
} from './open-page'
import {
  type CheckoutInput,
  type CheckoutPlace,
  limitedAddress,
  readWanted,
  unknownCity,
} from './read-wanted'
import { refusalOf } from './refusal'
import { type CheckoutReservation, findReservation, findVisitorsHold, isWanted } from './reservations'
import { changedPrice, shownPriceOf } from './shown-price'
import { visitorHash } from './visitor-hash'
import { holdCommand, type Wanted } from './wanted'

/**
 * Holds seats and makes the Stripe page to pay for them, in the order that loses neither a seat nor money: the hold
 * is committed before Stripe is called, and what it asks Stripe for is stored with it.
 * - A visitor who asks for the same again gets the same page.
 * - A visitor who asks for something else changes the order. So does one who asks for the same after its price has
 *   changed. A buyer whose page showed another price is told the new one first.
 * - A buyer whose address Stripe does not take keeps the seats, and can pay for them without it, if they find them again.
 * - A private link only ever adds to what can be bought. If it cannot give the seats, they are sought among those
 *   that everybody may buy.
 */
export async function startCheckout(input: CheckoutInput): Promise<CheckoutResult> {
  const holdToken = input.visitorToken ?? randomBytes(24).toString('base64url')
  const wanted = await readWanted(input, holdToken)
  if ('ok' in wanted) return wanted
  const result = await holdWanted(wanted, holdToken)
  if (wanted.linkId === null || !isShort(result)) return result
  // Seats that the link does not have may be on sale for everybody. If both fall short, the buyer is told of
  // the smaller shortage.
  const plain = await holdWanted({ ...wanted, linkId: null }, holdToken)
  return isShort(plain) && (plain.available ?? 0) <= (result.available ?? 0) ? result : plain
}

/**
 * Opens the payment page of the seats that a visitor holds, as they were held: for a buyer who never saw it because
 * Stripe did not answer. If Stripe makes no page for that hold any more, another hold of the same seats takes its place,
 * at the price that is asked now: a buyer who agreed to another one is told it first.
 *
 * @param input.shownPrice the price that the buyer has been told since they held the seats (`shownPriceText`), if any
 */
export async function continueCheckout(
  input: CheckoutPlace & { reservationId: string; visitorToken: string; shownPrice?: string | null },
): Promise<CheckoutResult> {
  const city = await getCityById(input.cityId)
  if (!city) return unknownCity
  const hash = visitorHash(input.visitorToken)
  const live = await findVisitorsHold(city.id, hash)
  if (live?.id !== input.reservationId) return checkoutClosed
  const { tier, quantity, email, linkId } = live
  const wanted = {
    city,
    tier,
    quantity,
    email,
    isEmailLeftOut: false,
    comesBack: true,
    linkId,
    visitorHash: hash,
    addressHash: limitedAddress(input),
    publicUrl: input.publicUrl,
  }
  const changed = changedPrice(input.shownPrice ?? shownPriceOf(live), { tier, city })
  return payOrChange(live, wanted, { isSame: true, changed, holdToken: input.visitorToken })
}

function isShort(result: CheckoutResult): result is CheckoutFailure {
  return !result.ok && result.code === 'insufficient_stock'
}

async function holdWanted(wanted: Wanted, holdToken: string): Promise<CheckoutResult> {
  const live = await findVisitorsHold(wanted.city.id, wanted.visitorHash)
  if (!live) return holdAndOpen(wanted, holdToken)
  return payOrChange(live, wanted, { isSame: isWanted(live, wanted), changed: null, holdToken })
}

interface Again {
  /** The buyer wants what they hold. */
  isSame: boolean
  /** That another hold would cost something that they have not agreed to. */
  changed: CheckoutFailure | null
  holdToken: string
}

async function payOrChange(
  live: CheckoutReservation,
  wanted: Wanted,
  { isSame, changed, holdToken }: Again,
): Promise<CheckoutResult> {
  // Only an open page is given again. Otherwise the hold is changed into a new one of the same seats: an expired
  // hold may lose its page at any moment; a page that a process began to end may be closed; and a hold whose page
  // was not made at once gets none any more, since Stripe refuses pages that end so soon.
  const isPayable = isSame && !live.isOver
  const opened = isPayable && live.closing === null ? await tryToOpen(live, holdToken, 'again') : null
  if (opened && !isRefused(opened)) return opened
  if (changed) return changed
  const exchanged = await changeCheckout(live, wanted)
  if (!('ok' in exchanged)) return openChanged(exchanged, wanted, holdToken)
  return (isPayable && (await openUntouched(live, holdToken))) || exchanged
}

/** The page of a changed order. */
async function openChanged(
  changed: CheckoutReservation,
  wanted: Wanted,
  holdToken: string,
): Promise<CheckoutResult> {
  const opened = await tryToOpen(changed, holdToken, 'again')
  if (!isRefused(opened)) return opened
  return opened.because === 'email'
    ? leaveEmailOut(changed, wanted, { refused: opened, holdToken })
    : giveUpPage(changed, opened)
}

/**
 * Makes the page of a hold without the address that Stripe does not take. The hold keeps it: it counts for its address,
 * which a private link may ask for. Otherwise a slip in the address would cost the buyer the seats, perhaps the last.
 */
async function leaveEmailOut(
  held: CheckoutReservation,
  wanted: Wanted,
  { refused, holdToken }: { refused: RefusedSession; holdToken: string },
): Promise<CheckoutFailure> {
  const kept = await changeCheckout(held, { ...wanted, isEmailLeftOut: true })
  if ('ok' in kept) return giveUpPage(held, refused)
  const page = await tryToOpen(kept, holdToken, 'again')
  return isRefused(page) ? giveUpPage(kept, page) : emailLeftOut
}

/** The page of a hold that could not be changed, if it may still be open: its seats can then be paid for all the same. */
async function openUntouched(
  { id, closing }: CheckoutReservation,
  holdToken: string,
): Promise<CheckoutResult | null> {
  if (closing === null) return null
  const still = await findReservation(id)
  if (still?.status !== 'held' || still.isOver || still.closing === 'under_way') return null
  const opened = await tryToOpen(still, holdToken, 'again')
  return isRefused(opened) ? null : opened
}

async function holdAndOpen(wanted: Wanted, holdToken: string): Promise<CheckoutResult> {
  const hold = holdCommand(wanted)
  const outcome = await holdSeats(hold)
  if (outcome.status === 'rejected') return lostRaceOrRefused(outcome, wanted, holdToken)
  const held = await findReservation(hold.reservationId)
  if (!held) throw new Error('A hold that was taken is not there')
  return openOrRenew(held, wanted, { holdToken, call: 'first' })
}

/** A double click: the other request of the same visitor took the hold, so both get its page. */
async function lostRaceOrRefused(
  outcome: Rejected,
  wanted: Wanted,
  holdToken: string,
): Promise<CheckoutResult> {
  if (outcome.code === 'live_hold') {
    const live = await findVisitorsHold(wanted.city.id, wanted.visitorHash)
    // The other request may have found that the link has no seats for this.
    const same = live && { ...wanted, linkId: live.linkId }
    if (same && isWanted(live, same)) return openOrRenew(live, same, { holdToken, call: 'again' })
  }
  return refusalOf(outcome, wanted)
}

/** Opens the page of a hold, or, where Stripe keeps a fault of its own for that one, of another hold of the same seats. */
async function openOrRenew(
  held: CheckoutReservation,
  wanted: Wanted,
  { holdToken, call }: { holdToken: string; call: CreateCall },
): Promise<CheckoutResult> {
  const opened = await tryToOpen(held, holdToken, call)
  if (!isRefused(opened)) return opened
  if (opened.because === 'email' && wanted.comesBack)
    return leaveEmailOut(held, wanted, { refused: opened, holdToken })
  if (opened.because !== 'fault') return giveUpPage(held, opened)
  const renewed = await changeCheckout(held, wanted)
  if (!('ok' in renewed)) return openPage(renewed, holdToken, 'again')
  return renewed.code === 'payment_unavailable' ? { ...unavailable, holdToken } : renewed
}
