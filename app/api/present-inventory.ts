import type { InventoryStatus } from '@/lib/inventory'
import type { LedgerPageRow } from '@/lib/inventory/ledger-page'
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

export function presentTransaction(row: LedgerPageRow): z.output<typeof transaction> {
  const adminUserId = row.actor ?? row.authorizedBy
  const metadata = {
    ...(row.paymentIntentId !== null && { paymentIntentId: row.paymentIntentId }),
    ...(row.sessionId !== null && { sessionId: row.sessionId }),
    ...(adminUserId !== null && { adminUserId }),
    ...(row.reason !== null && { reason: row.reason }),
  }
  return {
    id: String(row.id),
    cityId: row.cityId,
    tier: row.tier,
    quantity: row.quantity,
    operation: row.operation,
    timestamp: row.occurredAt.toISOString(),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  }
}

export function presentExpansion(row: LedgerPageRow): z.output<typeof expansion> {
  return {
    id: String(row.id),
    cityId: row.cityId,
    tier: row.tier,
    additionalSpots: row.quantity,
    previousLimit: row.actualLimitBefore,
    newLimit: row.actualLimitAfter,
    authorizedBy: row.authorizedBy ?? row.actor ?? '',
    ...(row.reason !== null && { reason: row.reason }),
    timestamp: row.occurredAt.toISOString(),
  }
}
