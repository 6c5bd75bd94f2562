import { aPool, aSale, aState } from './state'

/** Three GA were sold, nothing else, and so much has been refunded of them. */
export function refunded(
  cents: number,
  given: Partial<ReturnType<typeof aSale>> = {},
  pool: Parameters<typeof aPool>[0] = {},
) {
  return aState({
    pools: [aPool({ sold: 3, ...pool })],
    payments: [aSale(3, { refundedCents: cents, ...given })],
  })
}
