import type { InventoryStatus } from '@/lib/inventory'
import { toExpansion, toTransaction } from '@/lib/inventory/ledger/transactions'
import type { LedgerPageRow } from '@/lib/inventory/ledger/page'
import type { z } from 'zod'
import type { expansion, FullStock, transaction } from './schemas/stock'

/** Stock and its history as the API writes them, field by field: a column added one day is not shown by itself. */

export function presentStatus(status: InventoryStatus): FullStock {
  const { cityId, publicLimits, actualLimits, sold, held, publicAvailable, actualAvailable } = status
  return {
    cityId,
    publicLimits,
    actualLimits,
    sold,
    held,
    publicAvailable,
    actualAvailable,
    isPublicSoldOut: status.isPublicSoldOut,
    isActualSoldOut: status.isActualSoldOut,
    lastUpdated: status.lastUpdated.toISOString(),
  }
}

/** A row of the ledger as the API gives it. */
export function presentTransaction(row: LedgerPageRow): z.output<typeof transaction> {
  const { timestamp, ...rest } = toTransaction(row)
  return { ...rest, timestamp: timestamp.toISOString() }
}

/** The same of an expansion. */
export function presentExpansion(row: LedgerPageRow): z.output<typeof expansion> {
  const { timestamp, ...rest } = toExpansion(row)
  return { ...rest, timestamp: timestamp.toISOString() }
}
