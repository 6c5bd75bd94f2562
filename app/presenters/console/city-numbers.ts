import type { InventoryStatus } from '@/lib/inventory'
import { perTier, type Tier } from '@/lib/tier'
import type { CityNumbers, SeatNumbers } from './seat-numbers'

/** The stock of one city, as the database's readers and the API tell it. */
type Stock = Omit<InventoryStatus, 'lastUpdated'> & { lastUpdated: Date | string }

/** A city's stock in the console's words. On the server only: no script may name the hidden numbers as the API does. */
export function cityNumbers(stock: Stock): CityNumbers {
  return {
    cityId: stock.cityId,
    lastUpdated: new Date(stock.lastUpdated).toISOString(),
    isSoldOut: stock.isActualSoldOut,
    ...perTier((tier) => pool(stock, tier)),
  }
}

function pool(stock: Stock, tier: Tier): SeatNumbers {
  return {
    sold: stock.sold[tier],
    held: stock.held[tier],
    publicLeft: stock.publicAvailable[tier],
    hiddenLeft: stock.actualAvailable[tier] - stock.publicAvailable[tier],
    limit: stock.actualLimits[tier],
    publicLimit: stock.publicLimits[tier],
  }
}
