import { csvFile } from '@/lib/csv'
import { inPortions } from '@/lib/in-portions'
import { type LedgerPageRow, readLedgerPage } from './page'
import { type LedgerFilter, parseCursor } from './query'

/** Rows fetched at a time. */
const chunkRows = 1_000

/** A city's ledger as CSV (RFC 4180), newest first, however long, with a head line, in pieces of many lines. */
export function ledgerCsv(cityId: string, filter: LedgerFilter = {}): AsyncGenerator<string> {
  const read = (next = '') =>
    readLedgerPage(cityId, { ...filter, cursor: parseCursor(next) ?? undefined, limit: chunkRows })
  return csvFile(
    csvColumns,
    inPortions(read, ({ rows }) => rows),
    csvFields,
  )
}

const csvColumns = [
  'id',
  'occurredAt',
  'cityId',
  'tier',
  'epoch',
  'sequence',
  'operation',
  'quantity',
  'soldBefore',
  'soldAfter',
  'publicLimitBefore',
  'publicLimitAfter',
  'actualLimitBefore',
  'actualLimitAfter',
  'paymentId',
  'paymentIntentId',
  'sessionId',
  'reservationId',
  'actor',
  'authorizedBy',
  'reason',
] as const satisfies (keyof LedgerPageRow)[]

function csvFields(row: LedgerPageRow) {
  return csvColumns.map((column) => row[column])
}
