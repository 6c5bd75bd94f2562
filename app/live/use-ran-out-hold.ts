import { useFetcher } from '@remix-run/react'
import { useEffect, useRef, useState } from 'react'
import { unpaidCheckoutPath } from '@/app/format/unpaid-checkout-path'
import type { OwnHold } from '@/app/presenters/ticket-page'

/**
 * The visitor's hold that the page has shown and that has run out since: once its seats are free, the page's own data
 * does not have it any more. Its own page is asked whether it was given back or paid instead, perhaps in another tab.
 *
 * @param hold what was loaded last
 */
export function useRanOutHold(hold: OwnHold | null, cityId: string): OwnHold | null {
  const { load, data } = useFetcher<{ hold: OwnHold | null; orderPath: string | null }>()
  const known = useRef<{ hold: OwnHold; endsAt: number } | null>(null)
  const [askedFor, setAskedFor] = useState<string | null>(null)
  useEffect(() => {
    const before = known.current
    known.current = hold && { hold, endsAt: Date.now() + hold.secondsLeft * 1_000 }
    if (hold) setAskedFor(null)
    else if (before && before.hold.cityId === cityId && before.endsAt <= Date.now()) {
      setAskedFor(before.hold.reservationId)
      load(unpaidCheckoutPath(before.hold))
    }
  }, [hold, cityId, load])
  const isAnswer = askedFor !== null && data?.hold?.reservationId === askedFor && !data.orderPath
  return isAnswer && data.hold?.cityId === cityId && data.hold.secondsLeft === 0 ? data.hold : null
}
