import type { PoolId } from '@/lib/inventory/model'
import type { ChainPoint } from './chain'
import type { AuditDifference, DifferenceKind } from './difference'
import type { StockRecord } from './pools'

/**
 * Compares a stock row with its ledger, its payments and its reservations. Pure.
 *
 * @param ledger the chain's last row, and the sum of its changes of sold seats
 */
export function compareStock(
  pool: PoolId,
  stock: StockRecord,
  ledger: { end: ChainPoint; sold: number },
): AuditDifference[] {
  const { end, sold } = ledger
  const byLedger = (name: string, values: Pick<Figure, 'stored' | 'found'>) =>
    figure(pool, 'stock', { name, ...values, source: 'by the ledger' })
  return [
    ...tailDifferences(pool, stock, end),
    ...byLedger('sold', { stored: stock.sold, found: sold }),
    ...byLedger('the public limit', { stored: stock.publicLimit, found: end.publicLimit }),
    ...byLedger('the actual limit', { stored: stock.actualLimit, found: end.actualLimit }),
    ...byLedger('the number of resets', { stored: stock.epoch, found: end.epoch }),
    ...figure(pool, 'payments', {
      name: 'sold',
      stored: stock.sold,
      found: stock.seatsPaid,
      source: 'by the payments',
    }),
    ...figure(pool, 'held', {
      name: 'held',
      stored: stock.held,
      found: stock.seatsReserved,
      source: 'by the reservations',
    }),
    ...(stock.strayReservations > 0
      ? [stockRow(pool, 'held', `${stock.strayReservations} reservations live on from before a reset`)]
      : []),
    ...(stock.sold < 0 || stock.held < 0 || stock.sold + stock.held > stock.actualLimit
      ? [stockRow(pool, 'stock', `${stock.sold} sold and ${stock.held} held of ${stock.actualLimit} seats`)]
      : []),
  ]
}

/** The stock row knows where its chain ends, so that rows missing at the end show too. */
function tailDifferences(pool: PoolId, stock: StockRecord, end: ChainPoint): AuditDifference[] {
  if (stock.sequence !== end.sequence)
    return [
      stockRow(pool, 'tail', `the ledger ends at row ${end.sequence}, by the stock row at ${stock.sequence}`),
    ]
  if (!stock.hash.equals(end.hash))
    return [stockRow(pool, 'tail', `the hash of ledger row ${end.sequence} is not the one in the stock row`)]
  return []
}

/** What a stock row says, and what follows from another source. */
interface Figure {
  name: string
  stored: number
  found: number
  source: string
}

function figure(
  pool: PoolId,
  kind: DifferenceKind,
  { name, stored, found, source }: Figure,
): AuditDifference[] {
  return stored === found ? [] : [stockRow(pool, kind, `${name} is ${stored}, but ${found} ${source}`)]
}

function stockRow(pool: PoolId, kind: DifferenceKind, message: string): AuditDifference {
  return { kind, ...pool, row: 'stock row', message }
}
