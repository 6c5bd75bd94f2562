import { createHash } from 'node:crypto'

/** A row of the ledger as it is stored, apart from its id and hash. */
export interface LedgerRow {
  cityId: string
  tier: string
  sequence: number
  epoch: number
  operation: string
  quantity: number
  soldBefore: number
  soldAfter: number
  publicLimitBefore: number
  publicLimitAfter: number
  actualLimitBefore: number
  actualLimitAfter: number
  paymentId: string | null
  paymentIntentId: string | null
  sessionId: string | null
  reservationId: string | null
  actor: string | null
  authorizedBy: string | null
  reason: string | null
  /** Whole milliseconds, which is what is stored. */
  occurredAt: Date
}

/**
 * The link of the chain: SHA-256 over the hash before it and the row's stored values, each with its length
 * in front, so that no two rows of different content read the same. The database has the same in
 * `ledger_hash`; the audit compares them.
 */
export function ledgerHash(previous: Buffer, row: LedgerRow): Buffer {
  const values = [
    row.cityId,
    row.tier,
    row.sequence,
    row.epoch,
    row.operation,
    row.quantity,
    row.soldBefore,
    row.soldAfter,
    row.publicLimitBefore,
    row.publicLimitAfter,
    row.actualLimitBefore,
    row.actualLimitAfter,
    row.paymentId,
    row.paymentIntentId,
    row.sessionId,
    row.reservationId,
    row.actor,
    row.authorizedBy,
    row.reason,
    row.occurredAt.getTime() * 1000,
  ]
  return createHash('sha256').update(previous).update(values.map(field).join('')).digest()
}

function field(value: string | number | null): string {
  if (value === null) return '-,'
  const text = String(value)
  return `${Buffer.byteLength(text)}:${text},`
}
