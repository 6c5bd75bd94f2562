import { createHash } from 'node:crypto'
import { type LedgerEntry, poolKey } from '../model'
import type { ChainEnd } from '../lock/stock-rows'

/** A row of the ledger as it is stored, apart from its id and hash. */
export interface LedgerRow {
  cityId: string
  tier: string
  sequence: number
  epoch: number
  operation: string
  /** Signed: seats sold (+) or returned (−), or the change of a limit. */
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

export type ChainedRow = LedgerRow & { hash: Buffer }

/** Appends entries to the chains of their pools. `ends`: where the chains end then. */
export function chained(
  entries: readonly LedgerEntry[],
  chains: ReadonlyMap<string, ChainEnd>,
  now: Date,
): { rows: ChainedRow[]; ends: Map<string, ChainEnd> } {
  const ends = new Map(chains)
  const rows = entries.map((entry) => {
    const end = ends.get(poolKey(entry)) ?? { sequence: 0, hash: Buffer.alloc(0) }
    const row: LedgerRow = {
      cityId: entry.cityId,
      tier: entry.tier,
      sequence: end.sequence + 1,
      epoch: entry.epoch,
      operation: entry.operation,
      quantity: entry.quantity,
      soldBefore: entry.before.sold,
      soldAfter: entry.after.sold,
      publicLimitBefore: entry.before.publicLimit,
      publicLimitAfter: entry.after.publicLimit,
      actualLimitBefore: entry.before.actualLimit,
      actualLimitAfter: entry.after.actualLimit,
      paymentId: entry.payment?.id ?? null,
      paymentIntentId: entry.payment?.paymentIntentId ?? null,
      sessionId: entry.payment?.sessionId ?? null,
      reservationId: entry.reservationId,
      actor: entry.authority.actor ?? null,
      authorizedBy: entry.authority.authorizedBy ?? null,
      reason: entry.authority.reason ?? null,
      occurredAt: now,
    }
    const hash = ledgerHash(end.hash, row)
    ends.set(poolKey(entry), { sequence: row.sequence, hash })
    return { ...row, hash }
  })
  return { rows, ends }
}

function field(value: string | number | null): string {
  if (value === null) return '-,'
  const text = String(value)
  return `${Buffer.byteLength(text)}:${text},`
}
