import { useRevalidator } from '@remix-run/react'
import { useEffect, useRef } from 'react'
import type { PublicStock } from '@/lib/inventory/public-stock'
import type { Liveness } from './use-live-feed'
import { useRevalidateEvery } from './use-revalidate-every'

/**
 * Loads the page's data again when a public number reaches 0, and from time to time while one stays there: only
 * the loader knows whether that tier is sold out or down to its last seats. No event tells when this changes,
 * since the moment of an expansion is nobody's business.
 *
 * @param onSale of the cities whose sale is open
 */
export function useRevalidateAtZero(onSale: readonly PublicStock[], { staleSeconds }: Liveness): void {
  const { revalidate } = useRevalidator()
  // While the server is away, loading again would put an error in the page's place.
  const zeros = staleSeconds === null ? countZeros(onSale) : 0
  const before = useRef(zeros)
  useEffect(() => {
    if (zeros > before.current) revalidate()
    before.current = zeros
  }, [zeros, revalidate])
  useRevalidateEvery(zeros > 0 ? 60_000 : null)
}

function countZeros(stock: readonly PublicStock[]): number {
  return stock.flatMap(({ publicAvailable }) => Object.values(publicAvailable)).filter((left) => left === 0)
    .length
}
