import { changePath } from '@/app/changes/change'
import { formatExactly } from '@/app/format/dates'
import type { LedgerOperation } from '@/db/tables/stock'
import type { CityFigures } from '@/lib/analytics/cities'
import type { LedgerPageRow } from '@/lib/inventory/ledger/page'
import { type Tier, tierLabel } from '@/lib/tier'

/** A row of the ledger as people read it. */
export interface LedgerRowView {
  id: number
  at: string
  tier: string
  operation: string
  /** `+2`, `−5` */
  change: string
  /** `30 → 32`; null where it stayed. */
  sold: string | null
  limit: string | null
  publicLimit: string | null
  /** Who was signed in, and on whose word, where that is somebody else. */
  who: string | null
  reason: string | null
  payment: { id: string; sessionId: string | null; intentId: string | null } | null
  /** How to take an expansion back. */
  inverse: { to: string; text: string } | null
}

export interface LedgerRowsInput {
  rows: readonly LedgerPageRow[]
  timeZone: string
  /** The city as it is now, for whoever may change it; null for those who only look. */
  city: Pick<CityFigures, 'stock' | 'epochs'> | null
}

/** Rows of the ledger in words. */
export function presentLedgerRows({ rows, timeZone, city }: LedgerRowsInput): LedgerRowView[] {
  return rows.map((row) => ({
    id: row.id,
    at: formatExactly(row.occurredAt, timeZone),
    tier: tierLabel(row.tier),
    operation: operationNames[row.operation],
    change: signed(row.quantity),
    sold: moved(row.soldBefore, row.soldAfter),
    limit: moved(row.actualLimitBefore, row.actualLimitAfter),
    publicLimit: moved(row.publicLimitBefore, row.publicLimitAfter),
    who: whoOf(row),
    reason: row.reason,
    payment: row.paymentId
      ? { id: row.paymentId, sessionId: row.sessionId, intentId: row.paymentIntentId }
      : null,
    inverse: inverseOf(row, city),
  }))
}

export const operationNames: Record<LedgerOperation, string> = {
  open: 'Opened',
  decrement: 'Sold',
  restock: 'Returned',
  expand: 'Seats added',
  reduce: 'Seats taken away',
  relimit: 'Public limit',
  reset: 'Reset',
  undo: 'Reset undone',
}

/**
 * The same number of seats off the limit as it is then; the page that asks says whether that is possible. A reset took
 * earlier ones away itself; where it was undone they are back, but the row does not tell, and nothing is offered then. Public
 * seats are never what an expansion added.
 */
function inverseOf(
  { operation, quantity, tier, cityId, epoch }: LedgerPageRow,
  city: LedgerRowsInput['city'],
): LedgerRowView['inverse'] {
  if (operation !== 'expand' || !city || epoch !== city.epochs[tier]) return null
  if (city.stock.actualLimits[tier] - quantity < city.stock.publicLimits[tier]) return null
  return {
    to: changePath(cityId, 'reduce', { tier: tier satisfies Tier, by: String(quantity) }),
    text: `Take ${quantity} away`,
  }
}

function whoOf({ actor, authorizedBy }: LedgerPageRow): string | null {
  if (actor && authorizedBy && actor !== authorizedBy) return `${actor}, authorized by ${authorizedBy}`
  return actor ?? authorizedBy
}

function moved(before: number, after: number): string | null {
  return before === after ? null : `${before} → ${after}`
}

function signed(quantity: number): string {
  if (quantity === 0) return '0'
  return quantity > 0 ? `+${quantity}` : `−${-quantity}`
}
