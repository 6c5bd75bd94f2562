import { listCities } from '@/lib/cities'
import { errorText } from '@/lib/error-text'
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
    log().warn({ code: 'stock_not_read', detail: errorText(error) }, 'public stock could not be refreshed')
  },
}
