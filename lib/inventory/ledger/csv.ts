import { csvHead, csvLine } from '@/lib/csv'
import { type LedgerPageRow, readLedgerPage } from './page'
import { type LedgerFilter, parseCursor } from './query'

/** Rows fetched at a time. */
const chunkRows = 1_000

/** A city's ledger, newest first, however long, in chunks: each is fetched when the one before was taken. */
export async function* streamLedger(
  cityId: string,
  filter: LedgerFilter = {},
): AsyncGenerator<LedgerPageRow[]> {
  let next: string | null = null
  do {
    const cursor = next === null ? undefined : (parseCursor(next) ?? undefined)
    const page = await readLedgerPage(cityId, { ...filter, cursor, limit: chunkRows })
    if (page.rows.length > 0) yield page.rows
    next = page.nextCursor
  } while (next !== null)
}

/** The same as CSV (RFC 4180), with a head line, in pieces of many lines. */
export async function* ledgerCsv(cityId: string, filter: LedgerFilter = {}): AsyncGenerator<string> {
  yield csvHead(csvColumns)
  for await (const rows of streamLedger(cityId, filter))
    yield rows.map((row) => csvLine(csvColumns.map((column) => row[column]))).join('')
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
