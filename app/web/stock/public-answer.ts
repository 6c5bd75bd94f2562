import type { PublicStock } from '@/lib/inventory/public-stock'
import { type SentAnswer, sentAnswer } from './sent-answer'

export type { PublicStock } from '@/lib/inventory/public-stock'

/** What any visitor may get about stock, as the bytes that are sent. Made by `answerFor` alone. */
export interface PublicAnswer extends SentAnswer {
  readonly isPublic: true
}

/** The public answer for one city or for several. */
export function answerFor(stock: PublicStock | readonly PublicStock[]): PublicAnswer {
  const content = Array.isArray(stock) ? stock.map(publicFields) : publicFields(stock as PublicStock)
  return { ...sentAnswer(content), isPublic: true }
}

/** Field by field, so that a number added to the row does not become public by accident. */
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
