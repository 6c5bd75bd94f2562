import { useEffect, useRef } from 'react'

/** A number that fades in when it changes. It keeps its place: figures are tabular, the box has a width. */
export function LiveNumber({ value }: { value: number }) {
  const shown = useRef(value)
  const hasChanged = useRef(false)
  if (shown.current !== value) hasChanged.current = true
  useEffect(() => {
    shown.current = value
  }, [value])
  return (
    <span key={value} className={hasChanged.current ? 'fresh' : undefined}>
      {withCommas(value)}
    </span>
  )
}

/** `1,234`; by hand, so that server and browser write the same. */
export function withCommas(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',')
}
