import type { SeatNumbers } from '@/app/presenters/console/seat-numbers'

/** All seats of a tier as one thin bar: sold, in checkouts, left for customers, hidden. The words stand beside it. */
export function SeatBar({ figures }: { figures: SeatNumbers }) {
  const { sold, held, publicLeft, limit } = figures
  const share = (seats: number) => (limit > 0 ? Math.round((seats / limit) * 10_000) / 100 : 0)
  const parts = [
    { name: 'sold', x: 0, width: share(sold) },
    { name: 'held', x: share(sold), width: share(held) },
    { name: 'public', x: share(sold + held), width: share(publicLeft) },
  ]
  return (
    <svg
      className="seat-bar"
      viewBox="0 0 100 6"
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <rect className="seat-bar__hidden" width="100" height="6" />
      {parts.map(({ name, x, width }) => (
        <rect key={name} className={`seat-bar__${name}`} x={x} width={width} height="6" />
      ))}
    </svg>
  )
}
