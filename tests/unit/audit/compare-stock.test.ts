import { expect, test } from 'vitest'
import { compareStock } from '@/lib/audit/compare-stock'
import type { StockRecord } from '@/lib/audit/pools'

const pool = { cityId: 'dallas', tier: 'ga' } as const
const end = { sequence: 3, hash: Buffer.from('c'), sold: 5, publicLimit: 35, actualLimit: 40, epoch: 1 }
const sound: StockRecord = { ...end, held: 2, seatsPaid: 5, seatsReserved: 2, strayReservations: 0 }

const messages = (change: Partial<StockRecord>, sold = 5) =>
  compareStock(pool, { ...sound, ...change }, { end, sold }).map(({ kind, message }) => `${kind}: ${message}`)

test('records that fit have no difference', () => {
  expect(messages({})).toEqual([])
})

test.each<[Partial<StockRecord>, string[]]>([
  [{ sequence: 4 }, ['tail: the ledger ends at row 3, by the stock row at 4']],
  [{ hash: Buffer.from('d') }, ['tail: the hash of ledger row 3 is not the one in the stock row']],
  [{ publicLimit: 36 }, ['stock: the public limit is 36, but 35 by the ledger']],
  [{ actualLimit: 41 }, ['stock: the actual limit is 41, but 40 by the ledger']],
  [{ epoch: 2 }, ['stock: the number of resets is 2, but 1 by the ledger']],
  [{ seatsPaid: 6 }, ['payments: sold is 5, but 6 by the payments']],
  [{ held: 3 }, ['held: held is 3, but 2 by the reservations']],
  [{ strayReservations: 1 }, ['held: 1 reservations live on from before a reset']],
  [{ held: 36, seatsReserved: 36 }, ['stock: 5 sold and 36 held of 40 seats']],
  [{ held: -1, seatsReserved: -1 }, ['stock: 5 sold and -1 held of 40 seats']],
])('%j is told with both numbers', (change, expected) => {
  expect(messages(change)).toEqual(expected)
})

test('the sum of the rows counts, not the last row alone', () => {
  expect(messages({}, 4)).toEqual(['stock: sold is 5, but 4 by the ledger'])
})
