import { useNavigation } from '@remix-run/react'
import { unpaidCheckoutPath } from '@/app/format/unpaid-checkout-path'
import type { OwnHold } from '@/app/presenters/ticket-page'

/** Whether the visitor is giving these seats back right now. */
export function useIsReleasing(hold: OwnHold | null): boolean {
  const { formAction } = useNavigation()
  return hold !== null && formAction === unpaidCheckoutPath(hold)
}
