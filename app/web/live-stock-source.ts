import { listCities } from '@/lib/cities'
import { listenForStockChanges } from '@/lib/inventory/announce'
import { readPublicStock } from '@/lib/inventory/public-stock'
import { log } from '@/lib/log'
import type { LiveStockSource } from './live-stock'

/** The database behind the live stock. */
export const liveStockSource: LiveStockSource = {
  readCities: listCities,
  readStock: readPublicStock,
  listen: (onChange) => listenForStockChanges(() => onChange()),
  onError(error) {
    const detail = error instanceof Error ? error.message : String(error)
    log().warn({ code: 'stock_not_read', detail }, 'public stock could not be refreshed')
  },
}
