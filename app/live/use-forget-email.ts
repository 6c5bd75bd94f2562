import { useEffect } from 'react'
import type { OwnHold } from '@/app/presenters/ticket-page'
import { forgetEmail } from './kept-order'

/** Keeps no email in this tab for seats whose time is over: the next visitor may be another person. */
export function useForgetEmail(hold: OwnHold | null): void {
  const ranOutIn = hold?.secondsLeft === 0 ? hold.cityId : null
  useEffect(() => {
    if (ranOutIn !== null) forgetEmail(ranOutIn)
  }, [ranOutIn])
}
