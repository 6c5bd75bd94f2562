import { setTimeout as delay } from 'node:timers/promises'
import type { Shop } from './shop'

/** One city and tier as the stock row says it, and as it follows from everything else that is stored. */
export interface StockRow {
  cityId: string
  tier: 'ga' | 'vip'
  actualLimit: number
  sold: number
  held: number
  /** Sum of the ledger. */
  soldByLedger: number
  /** Seats of live sales, less returned ones. */
  soldByPayments: number
  /** Seats of live reservations. */
  heldByReservations: number
}

type Database = Pick<Shop, 'rows'>

/** All stock, as of one moment. */
export async function readStock({ rows }: Database): Promise<StockRow[]> {
  return rows<StockRow>(`
    select i.city_id as "cityId", i.tier, i.actual_limit as "actualLimit", i.sold, i.held,
      (select coalesce(sum(sold_after - sold_before), 0)::int from inventory_transactions t
        where t.city_id = i.city_id and t.tier = i.tier) as "soldByLedger",
      (select coalesce(sum(seats_sold - seats_returned), 0)::int from payments p
        where p.city_id = i.city_id and p.tier = i.tier and p.epoch = i.epoch) as "soldByPayments",
      (select coalesce(sum(quantity), 0)::int from reservations r
        where r.city_id = i.city_id and r.tier = i.tier and status in ('held', 'awaiting')) as "heldByReservations"
    from inventory i order by i.city_id, i.tier`)
}

/** The rows that break the promise: never more sold and held than there is, and everything adds up. */
export function unsound(stock: readonly StockRow[]): StockRow[] {
  return stock.filter(
    ({ sold, held, actualLimit, ...others }) =>
      sold < 0 ||
      held < 0 ||
      sold + held > actualLimit ||
      sold !== others.soldByLedger ||
      sold !== others.soldByPayments ||
      held !== others.heldByReservations,
  )
}

/** Ledger rows whose hash is not that of their content and the row before. */
export async function forgedLedgerRows({ rows }: Database): Promise<unknown[]> {
  return rows(`
    select id from (
      select t.id, t.hash, ledger_hash(coalesce(lag(t.hash) over pool, ''), t) as expected
      from inventory_transactions t window pool as (partition by t.city_id, t.tier order by t.sequence)) chain
    where hash <> expected`)
}

export interface StockWatch {
  /** @returns how often it looked, and what it saw that must never be */
  stop: () => Promise<{ looks: number; unsound: StockRow[] }>
}

/** Looks at all stock again and again until it is stopped. */
export function watchStock(database: Database): StockWatch {
  const seen = { looks: 0, unsound: new Array<StockRow>() }
  let isStopped = false
  const watching = (async () => {
    while (!isStopped) {
      seen.unsound.push(...unsound(await readStock(database)))
      seen.looks++
      await delay(10)
    }
  })()
  return {
    stop: async () => {
      isStopped = true
      await watching
      return seen
    },
  }
}
