import type { LedgerOperation } from '@/db/tables/stock'
import { isStorableText } from '@/lib/outside-text'
import type { Tier } from '@/lib/tier'
import { type LedgerPageRow, readLedgerPage } from './page'

/** A change of sold seats or of a limit, as the documented functions give it. */
export interface InventoryTransaction {
  id: string
  cityId: string
  tier: Tier
  /** Signed: seats sold (+) or returned (−), or the change of a limit. */
  quantity: number
  operation: LedgerOperation
  timestamp: Date
  metadata?: { paymentIntentId?: string; sessionId?: string; adminUserId?: string; reason?: string }
}

export interface InventoryExpansion {
  id: string
  cityId: string
  tier: Tier
  additionalSpots: number
  previousLimit: number
  newLimit: number
  authorizedBy: string
  reason?: string
  timestamp: Date
}

/** The ledger of one city, newest first. `limit` is at most 1,000 rows. */
export async function getInventoryTransactions(cityId: string, limit = 50): Promise<InventoryTransaction[]> {
  if (!isStorableText(cityId)) return []
  if (limit < 1) return []
  const { rows } = await readLedgerPage(cityId, { limit: Number.isFinite(limit) ? Math.trunc(limit) : 50 })
  return rows.map(toTransaction)
}

/** All expansions of one city, newest first, at most 1,000. */
export async function getInventoryExpansions(cityId: string): Promise<InventoryExpansion[]> {
  if (!isStorableText(cityId)) return []
  const { rows } = await readLedgerPage(cityId, { operation: 'expand', limit: 1_000 })
  return rows.map(toExpansion)
}

/** A row of the ledger, field by field, so that a new column is not shown by accident. */
export function toTransaction(row: LedgerPageRow): InventoryTransaction {
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
    timestamp: row.occurredAt,
    ...(Object.keys(metadata).length > 0 && { metadata }),
  }
}

/** A row of the ledger that says `expand`. */
export function toExpansion(row: LedgerPageRow): InventoryExpansion {
  return {
    id: String(row.id),
    cityId: row.cityId,
    tier: row.tier,
    additionalSpots: row.quantity,
    previousLimit: row.actualLimitBefore,
    newLimit: row.actualLimitAfter,
    authorizedBy: row.authorizedBy ?? row.actor ?? '',
    ...(row.reason !== null && { reason: row.reason }),
    timestamp: row.occurredAt,
  }
}
