import { createHash } from 'node:crypto'
import type { PublicStock } from '@/lib/inventory/public-stock'

export type { PublicStock } from '@/lib/inventory/public-stock'

/** What any visitor may get about stock, as the bytes that are sent. */
export interface PublicAnswer {
  /** A digest of the content: the same in every process, changed only when the answer changes. */
  id: string
  json: string
}

/** The public answer for one city or for several. */
export function answerFor(stock: PublicStock | readonly PublicStock[]): PublicAnswer {
  const json = JSON.stringify(
    Array.isArray(stock) ? stock.map(publicFields) : publicFields(stock as PublicStock),
  )
  return { id: createHash('sha256').update(json).digest('base64url').slice(0, 16), json }
}

/** Field by field, so that a number added to the row one day does not become public by itself. */
export function publicFields(stock: PublicStock): PublicStock {
  const { cityId, publicLimits, publicAvailable, isPublicSoldOut, lastUpdated } = stock
  return {
    cityId,
    publicLimits: { ga: publicLimits.ga, vip: publicLimits.vip },
    publicAvailable: { ga: publicAvailable.ga, vip: publicAvailable.vip },
    isPublicSoldOut,
    lastUpdated,
  }
}
