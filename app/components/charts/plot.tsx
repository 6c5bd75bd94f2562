import type { ReactNode } from 'react'

/** A label beside or below the plot, placed in percent of its height or width. */
export interface PlotLabel {
  at: number
  text: string
  /** What it belongs to, for its colour. */
  of?: 'sold' | 'capacity' | 'ga' | 'vip' | 'axis'
}

/**
 * The frame of a chart: the plot stretches with the page, its words do not. Everything is placed in percent, so
 * the server can draw it whole without knowing any width.
 */
export function Plot({
  left,
  right = [],
  below,
  children,
}: {
  left: readonly PlotLabel[]
  right?: readonly PlotLabel[]
  below: readonly PlotLabel[]
  /** Drawn in a square of 100 by 100 that is stretched. */
  children: ReactNode
}) {
  return (
    <div className={right.length > 0 ? 'plot plot--labelled' : 'plot'}>
      <svg className="plot__side" aria-hidden="true" focusable="false">
        {left.map((label) => (
          <text key={label.text} x="100%" y={percent(label.at)} textAnchor="end" dominantBaseline="middle">
            {label.text}
          </text>
        ))}
      </svg>
      <svg className="plot__area" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        {left.map(({ at, text }) => (
          <line key={text} className="plot__grid" x1="0" x2="100" y1={at} y2={at} />
        ))}
        {children}
      </svg>
      {right.length > 0 && (
        <svg className="plot__side" aria-hidden="true" focusable="false">
          {right.map((label) => (
            <text
              key={label.text}
              className={`plot__label plot__label--${label.of ?? 'axis'}`}
              x="0"
              y={percent(label.at)}
              dominantBaseline="middle"
            >
              {label.text}
            </text>
          ))}
        </svg>
      )}
      <svg className="plot__below" aria-hidden="true" focusable="false">
        {below.map((label, index) => (
          <text
            key={label.text}
            x={percent(label.at)}
            y="70%"
            textAnchor={anchor(label.at, { index, count: below.length })}
          >
            {label.text}
          </text>
        ))}
      </svg>
    </div>
  )
}

/** Rounded, so that server and browser write the same. */
function percent(value: number): string {
  return `${round(value)}%`
}

/** To hundredths, which no eye can tell apart: drawings stay short. */
export function round(value: number): number {
  return Math.round(value * 100) / 100
}

/** Words at the edges stay inside, on a phone's narrow plot, too. */
function anchor(at: number, { index, count }: { index: number; count: number }): 'start' | 'middle' | 'end' {
  if (index === 0 && at < 12) return 'start'
  return index === count - 1 && at > 88 ? 'end' : 'middle'
}
