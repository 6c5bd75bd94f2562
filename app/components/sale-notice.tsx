import { Link } from '@remix-run/react'
import type { SaleState } from '@/lib/cities'
import { Notice } from './notice'

interface Elsewhere {
  id: string
  name: string
  days: string
}

/** Why seats cannot be bought, if they cannot, and what to do instead. */
export function SaleNotice({
  city,
  isOpen,
  isSoldOut,
  holdsSeats,
  elsewhere,
}: {
  city: { name: string; saleState: SaleState; isPast: boolean }
  isOpen: boolean
  isSoldOut: boolean
  /** The visitor does, who then is told of them apart. */
  holdsSeats: boolean
  elsewhere: readonly Elsewhere[]
}) {
  const words = wordsFor(city, { isOpen, isSoldOut, holdsSeats })
  if (!words) return null
  return (
    <Notice meaning={words.meaning} title={words.title}>
      <p>{words.text}</p>
      {!isOpen && elsewhere.length > 0 && (
        <>
          <p>Seats are left in:</p>
          <ul className="link-list">
            {elsewhere.map(({ id, name, days }) => (
              <li key={id}>
                <Link to={`/cities/${id}`}>{name}</Link>
                <span className="small figures">{days}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Notice>
  )
}

function wordsFor(
  { name, saleState, isPast }: { name: string; saleState: SaleState; isPast: boolean },
  { isOpen, isSoldOut, holdsSeats }: { isOpen: boolean; isSoldOut: boolean; holdsSeats: boolean },
) {
  switch (saleState) {
    case 'upcoming':
      return {
        meaning: 'info',
        title: 'Not on sale yet',
        text: `Seats for ${name} cannot be bought yet. This page shows them as soon as they can.`,
      } as const
    case 'paused':
      return {
        meaning: 'warn',
        title: 'Sales are paused',
        text: `We have paused sales for ${name}. Seats already held or paid for are not affected.`,
      } as const
    case 'closed':
      return {
        meaning: 'info',
        title: 'Sales are closed',
        text: `Seats for ${name} are no longer sold.`,
      } as const
    case 'on_sale':
      if (!isOpen && isSoldOut) {
        return {
          meaning: 'info',
          title: 'Sold out',
          text: 'If a seat is given back, it shows here.',
        } as const
      }
      if (!isOpen) {
        return {
          meaning: 'info',
          title: holdsSeats ? 'No other seats are left now' : 'The last seats are in checkouts',
          text: 'If somebody leaves the payment page, seats come back here.',
        } as const
      }
      return isPast
        ? ({
            meaning: 'warn',
            title: 'The date of this workshop has passed',
            text: 'Check the date before you pay.',
          } as const)
        : null
  }
}
