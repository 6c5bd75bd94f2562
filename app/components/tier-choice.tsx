import { formatMoney } from '@/lib/money'
import { canBuy } from '@/app/format/seats'
import type { Choice } from '@/app/format/tier-choices'
import { tierNames } from '@/app/format/tiers'
import { StockFigure } from './stock-figure'

/** One tier: name, price, how many seats are left, and, where anything can be bought, a button to choose it. */
export function TierChoice({
  choice,
  isPicked,
  onPick,
}: {
  choice: Choice
  isPicked: boolean
  /** Undefined where the whole city cannot be bought. */
  onPick: (() => void) | undefined
}) {
  const { tier, price, state, left, limit } = choice
  const id = `tier-${tier}`
  const name = tierNames[tier].long
  return (
    <div className="tier">
      <div className="tier__head">
        {onPick ? (
          <>
            <input
              className="tier__radio"
              type="radio"
              name="tier"
              id={id}
              value={tier}
              checked={isPicked && canBuy(state)}
              disabled={!canBuy(state)}
              onChange={onPick}
              aria-describedby={`${id}-price ${id}-stock`}
            />
            <label className="tier__name" htmlFor={id}>
              {name}
            </label>
          </>
        ) : (
          <h3 className="tier__name">{name}</h3>
        )}
        <span className="tier__price" id={`${id}-price`}>
          {formatMoney(price.amountCents, price.currency)}
        </span>
      </div>
      <div id={`${id}-stock`}>
        <StockFigure state={state} left={left} limit={limit} />
      </div>
    </div>
  )
}
