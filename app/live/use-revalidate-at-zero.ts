import { useRevalidator } from '@remix-run/react'
import { useEffect, useRef } from 'react'
import type { PublicStock } from '@/lib/inventory/public-stock'

/**
 * Loads the page's data again when a public number reaches 0: only the loader knows whether that tier is sold
 * out or down to its last seats.
 */
export function useRevalidateAtZero(stock: Readonly<Record<string, PublicStock>>): void {
  const { revalidate } = useRevalidator()
  const zeros = countZeros(stock)
  const before = useRef(zeros)
  useEffect(() => {
    if (zeros > before.current) revalidate()
    before.current = zeros
  }, [zeros, revalidate])
}

function countZeros(stock: Readonly<Record<string, PublicStock>>): number {
  return Object.values(stock)
    .flatMap(({ publicAvailable }) => Object.values(publicAvailable))
    .filter((left) => left === 0).length
}
