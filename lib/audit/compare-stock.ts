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
  return [
    ...tailDifferences(pool, stock, end),
    ...figure(pool, 'stock', 'sold', stock.sold, sold, 'by the ledger'),
    ...figure(pool, 'stock', 'the public limit', stock.publicLimit, end.publicLimit, 'by the ledger'),
    ...figure(pool, 'stock', 'the actual limit', stock.actualLimit, end.actualLimit, 'by the ledger'),
    ...figure(pool, 'stock', 'the number of resets', stock.epoch, end.epoch, 'by the ledger'),
    ...figure(pool, 'payments', 'sold', stock.sold, stock.seatsPaid, 'by the payments'),
    ...figure(pool, 'held', 'held', stock.held, stock.seatsReserved, 'by the reservations'),
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

function figure(
  pool: PoolId,
  kind: DifferenceKind,
  name: string,
  stored: number,
  found: number,
  source: string,
): AuditDifference[] {
  return stored === found ? [] : [stockRow(pool, kind, `${name} is ${stored}, but ${found} ${source}`)]
}

function stockRow(pool: PoolId, kind: DifferenceKind, message: string): AuditDifference {
  return { kind, ...pool, row: 'stock row', message }
}
