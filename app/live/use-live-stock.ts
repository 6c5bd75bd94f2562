import type { PublicStock } from '@/lib/inventory/public-stock'
import { useLiveFeed } from './use-live-feed'

export type { Liveness } from './use-live-feed'

/**
 * The public stock by city: the loader's numbers, kept up to date by server-sent events. With `cityId` it listens to
 * that city's changes only.
 */
export function useLiveStock(loaded: readonly PublicStock[], cityId?: string) {
  const url = cityId ? `/api/inventory/stream?cityId=${encodeURIComponent(cityId)}` : '/api/inventory/stream'
  return useLiveFeed(url, loaded, readAnswer)
}

/** Our own server's answer: one city's stock or a list, dates as text. */
function readAnswer(json: string): PublicStock[] {
  const answer = JSON.parse(json) as PublicStock | PublicStock[]
  return (Array.isArray(answer) ? answer : [answer]).map((one) => ({
    ...one,
    lastUpdated: new Date(one.lastUpdated),
  }))
}
