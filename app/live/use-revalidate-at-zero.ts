import { useRevalidator } from '@remix-run/react'
import { useEffect, useRef } from 'react'
import type { PublicStock } from '@/lib/inventory/public-stock'
import { tiers } from '@/lib/tier'
import type { Liveness } from './use-live-feed'
import { type RevalidationPace, useRevalidateEvery } from './use-revalidate-every'

/** When the last seat goes, all pages of the city hear of it in the same moment. They ask within this time. */
const askWithinMs = 2_000

/**
 * Loads the page's data again soon after a public number has reached 0, if the page is looked at, and from time to time
 * while it stays there: only the loader knows whether that tier is sold out or down to its last seats. No event tells
 * when this changes, since buyers must not learn the moment of an expansion.
 *
 * @param onSale the stock of the cities whose sale is open
 * @param otherwise the pace while none of their numbers is 0
 */
export function useRevalidateAtZero(
  onSale: readonly PublicStock[],
  { staleSeconds }: Liveness,
  otherwise: RevalidationPace = null,
): void {
  const { revalidate } = useRevalidator()
  // While the server is away, loading again would put an error in the page's place.
  const zeros = staleSeconds === null ? zerosIn(onSale) : ''
  const known = useRef(zeros.split(' '))
  useEffect(() => {
    const now = zeros.split(' ')
    known.current = known.current.filter((zero) => now.includes(zero))
    if (zeros === '' || known.current.length === now.length) return
    const soon = setTimeout(() => {
      known.current = now
      if (document.visibilityState === 'visible') revalidate()
    }, Math.random() * askWithinMs)
    return () => clearTimeout(soon)
  }, [zeros, revalidate])
  useRevalidateEvery(zeros === '' ? otherwise : 60_000)
}

/** Names of the tiers that are at 0, as one text: an effect sees whether it is another one. */
function zerosIn(stock: readonly PublicStock[]): string {
  return stock
    .flatMap(({ cityId, publicAvailable }) =>
      tiers.filter((tier) => publicAvailable[tier] === 0).map((tier) => `${cityId}/${tier}`),
    )
    .join(' ')
}
