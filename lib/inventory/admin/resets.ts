import { isStorableText } from '@/lib/outside-text'
import { executeOne } from '../execute-one'
import { type AdminAuthority, ifApplied, isRefusal, readAuthority } from './authority'
import { unknownCity } from './pool'
import { type AdminResult, resultOf } from './result'

export interface ResetOptions {
  /**
   * The number of resets that the admin saw (`previewReset`). If it is another one by now, the call is refused with
   * `numbers_moved`.
   */
  expectedEpoch?: number | undefined
}

/**
 * Sets sold and held to 0 and the limits to the public ones, and begins a new epoch. The ledger keeps what was
 * there; the latest reset can be undone, once. Open checkouts are ended at Stripe by the next sweep. Alerts.
 *
 * @returns `forgotten`: sold seats that are no longer counted
 */
export async function resetCity(
  cityId: string,
  given: AdminAuthority,
  { expectedEpoch }: ResetOptions = {},
): Promise<AdminResult<{ forgotten: number }>> {
  const authority = readAuthority(given, 'inventory reset')
  if (isRefusal(authority)) return authority
  if (!isStorableText(cityId)) return unknownCity()
  const outcome = await executeOne(
    { type: 'reset', cityId, expectedEpoch, authority },
    { record: ifApplied(given.record) },
  )
  return resultOf(outcome, ({ quantity }) => ({ forgotten: quantity }))
}

/**
 * Undoes the latest reset: its sales join what was sold since, less what was refunded, and the hidden seats
 * come back. Refused, with the numbers, where that would be more than the limit.
 *
 * @returns `restored`: seats that count as sold again
 */
export async function undoReset(
  cityId: string,
  given: AdminAuthority,
  { expectedEpoch }: ResetOptions = {},
): Promise<AdminResult<{ restored: number }>> {
  const authority = readAuthority(given, 'undoing a reset')
  if (isRefusal(authority)) return authority
  if (!isStorableText(cityId)) return unknownCity()
  const outcome = await executeOne(
    { type: 'undo-reset', cityId, expectedEpoch, authority },
    { record: ifApplied(given.record) },
  )
  return resultOf(outcome, ({ quantity }) => ({ restored: quantity }))
}
