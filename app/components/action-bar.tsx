import { useId } from 'react'
import { replaces } from '@/app/format/replaces'
import { seats } from '@/app/format/seats'
import type { Choice } from '@/app/format/tier-choices'
import { tierNames } from '@/app/format/tiers'
import { useHydrated } from '@/app/live/use-hydrated'
import type { OwnHold } from '@/app/presenters/ticket-page'
import { formatMoney } from '@/lib/money'
import { Button } from './button'

/**
 * The one button that holds seats, what it will cost, and what it gives up. On a phone it is always in reach, unless
 * the visitor holds seats already: then what is next is said above, and the bar only would cover the choices.
 */
export function ActionBar(props: {
  chosen: Choice | undefined
  quantity: number
  hold: OwnHold | null
  isSending: boolean
}) {
  const { chosen, quantity, hold, isSending } = props
  const isHydrated = useHydrated()
  const noteId = useId()
  // Without scripts the choice is not known here, so the words must fit any.
  const label = isHydrated ? `Hold ${seats(quantity)} and pay` : 'Hold seats and pay'
  const holdsSeats = hold !== null && hold.secondsLeft > 0
  const note = replaces(hold, isHydrated && chosen ? { tier: chosen.tier, quantity } : null)
  return (
    <div className={holdsSeats ? 'action-bar' : 'action-bar action-bar--in-reach'}>
      <p className="action-bar__total">
        {isHydrated && !chosen && <span className="muted">No seats chosen</span>}
        {isHydrated && chosen && (
          <>
            {/* One text, which a browser that translates the page leaves to React. */}
            <span>{`${quantity} × ${tierNames[chosen.tier].short}`}</span>
            <strong>{formatMoney(chosen.price.amountCents * quantity, chosen.price.currency)}</strong>
          </>
        )}
      </p>
      {note && (
        <p className="action-bar__note small" id={noteId}>
          {note}
        </p>
      )}
      <Button isBusy={isSending} aria-describedby={note ? noteId : undefined}>
        {isSending ? 'Holding your seats…' : label}
      </Button>
      <p className="action-bar__hint small muted">
        We hold the seats for you while you pay on Stripe’s page.
      </p>
    </div>
  )
}
