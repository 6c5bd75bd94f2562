import { sql } from 'kysely'
import type { LedgerOperation } from '@/db/schema'
import { database } from '@/lib/database'
import { isStorableText } from '@/lib/outside-text'
import type { Tier } from '@/lib/tier'

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
  // Index: inventory_transactions_page.
  const rows = await database()
    .selectFrom('inventory_transactions')
    .select(['id', 'city_id', 'tier', 'quantity', 'operation', 'occurred_at'])
    .select(['payment_intent_id', 'session_id', 'actor', 'authorized_by', 'reason'])
    .where(ofCity(cityId))
    .orderBy('city_id', 'desc')
    .orderBy('id', 'desc')
    .limit(boundedLimit(limit))
    .execute()
  return rows.map((row) => {
    const adminUserId = row.actor ?? row.authorized_by
    const metadata = {
      ...(row.payment_intent_id !== null && { paymentIntentId: row.payment_intent_id }),
      ...(row.session_id !== null && { sessionId: row.session_id }),
      ...(adminUserId !== null && { adminUserId }),
      ...(row.reason !== null && { reason: row.reason }),
    }
    return {
      id: String(row.id),
      cityId: row.city_id,
      tier: row.tier,
      quantity: row.quantity,
      operation: row.operation,
      timestamp: row.occurred_at,
      ...(Object.keys(metadata).length > 0 && { metadata }),
    }
  })
}

/** All expansions of one city, newest first, at most 1,000. */
export async function getInventoryExpansions(cityId: string): Promise<InventoryExpansion[]> {
  if (!isStorableText(cityId)) return []
  const rows = await database()
    .selectFrom('inventory_transactions')
    .select(['id', 'city_id', 'tier', 'quantity', 'actual_limit_before', 'actual_limit_after'])
    .select(['authorized_by', 'actor', 'reason', 'occurred_at'])
    .where(ofCity(cityId))
    .where('operation', '=', 'expand')
    // Index: inventory_transactions_by_people, whose predicate this is.
    .where(sql<boolean>`operation not in ('decrement', 'restock')`)
    .orderBy('city_id', 'desc')
    .orderBy('id', 'desc')
    .limit(1_000)
    .execute()
  return rows.map((row) => ({
    id: String(row.id),
    cityId: row.city_id,
    tier: row.tier,
    additionalSpots: row.quantity,
    previousLimit: row.actual_limit_before,
    newLimit: row.actual_limit_after,
    authorizedBy: row.authorized_by ?? row.actor ?? '',
    ...(row.reason !== null && { reason: row.reason }),
    timestamp: row.occurred_at,
  }))
}

/** Bounded rather than equal, for the plan: `ledgerPageSql` says why. */
function ofCity(cityId: string) {
  return sql<boolean>`city_id between ${cityId} and ${cityId}`
}

function boundedLimit(limit: number): number {
  return Number.isFinite(limit) ? Math.min(1_000, Math.max(1, Math.trunc(limit))) : 50
}
