import { stateWords, type TierState } from '@/app/format/seats'
import { LiveNumber } from './live-number'

export interface StockFigureProps {
  state: TierState
  left: number
  limit: number
  /** `compact` for narrow places: smaller, and in fewer words. */
  size?: 'compact' | 'large'
}

/** How many seats are left: a large number over a thin bar, the same height in every state. */
export function StockFigure({ state, left, limit, size = 'large' }: StockFigureProps) {
  return (
    <div className={`stock stock--${size} stock--${lookOf(state)}`}>
      <p className="stock__figure">
        {/* Replaced whole when the words change: nothing slides from one place to another. */}
        <Figure key={state.kind} state={state} limit={limit} isCompact={size === 'compact'} />
      </p>
      <StockBar left={state.kind === 'last_seats' ? 0 : left} limit={limit} />
    </div>
  )
}

function Figure({ state, limit, isCompact }: { state: TierState; limit: number; isCompact: boolean }) {
  switch (state.kind) {
    case 'plenty':
      return (
        <>
          <span className="stock__number">
            <LiveNumber value={state.left} />
          </span>
          <span className="stock__word">
            left<span className="visually-hidden"> of {limit}</span>
          </span>
        </>
      )
    case 'few':
      return (
        <>
          <span className="stock__word">Last</span>
          <span className="stock__number">
            <LiveNumber value={state.left} />
          </span>
        </>
      )
    case 'last_seats':
      return <span className="stock__phrase">{isCompact ? 'Last seats' : stateWords(state)}</span>
    case 'none_left':
      return <span className="stock__phrase">{isCompact ? 'None left' : stateWords(state)}</span>
    case 'yours':
    case 'sold_out':
    case 'upcoming':
    case 'paused':
    case 'closed':
      return <span className="stock__phrase">{stateWords(state)}</span>
  }
}

/** Seats left against all seats that customers may see. */
function StockBar({ left, limit }: { left: number; limit: number }) {
  const share = limit > 0 ? Math.min(100, (left / limit) * 100) : 0
  return (
    <svg
      className="stock__bar"
      viewBox="0 0 100 4"
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <rect className="stock__bar-track" width="100" height="4" />
      <rect className="stock__bar-left" width={share} height="4" />
    </svg>
  )
}

function lookOf({ kind }: TierState): 'plenty' | 'few' | 'none' {
  switch (kind) {
    case 'plenty':
      return 'plenty'
    case 'few':
    case 'yours':
    case 'last_seats':
      return 'few'
    case 'none_left':
    case 'sold_out':
    case 'upcoming':
    case 'paused':
    case 'closed':
      return 'none'
  }
}
