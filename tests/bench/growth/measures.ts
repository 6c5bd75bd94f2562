import { sql } from 'kysely'
import type { PgBoss } from 'pg-boss'
import { presentDashboard } from '@/app/presenters/console/dashboard'
import { runAudit } from '@/lib/audit'
import { database } from '@/lib/database'
import { readLedgerPage } from '@/lib/inventory/ledger/page'
import type { LedgerCursor } from '@/lib/inventory/ledger/query'
import { crowd } from '../crowd'
import { ourHold } from '../hold'
import { fillQueue } from '../payments'
import { drainRate } from '../queue-drain'
import { getConsolePage } from './console'

const payments = 2_000
const pages = 120

export interface MeasureContext {
  /** The worker's pg-boss. */
  boss: PgBoss
  /** Cities that payments, holds and pages are spread over: as many whatever the number of cities. */
  cities: readonly string[]
}

/** What is measured in each database, in milliseconds: of one payment, hold, dashboard, page, run or row. */
export const measures = {
  async drain({ boss, cities }) {
    await fillQueue(cities, payments)
    return 1000 / (await drainRate(boss, payments))
  },
  async hold_1({ cities: [city = ''] }) {
    return 1000 / (await crowd(200, 1, () => ourHold(city))).perSecond
  },
  async hold_32({ cities: [city = ''] }) {
    return 1000 / (await crowd(2_000, 32, () => ourHold(city))).perSecond
  },
  async dashboard() {
    const query = { search: '', filter: 'all', order: 'date', page: 1 } as const
    return 1000 / (await crowd(3, 1, () => presentDashboard(query, new Date()))).perSecond
  },
  async ledger_page({ cities }) {
    const read = (index: number) => readLedgerPage(cities[index % cities.length] ?? '')
    return 1000 / (await crowd(pages, 1, read)).perSecond
  },
  /** Pages anywhere in a ledger, reached by the key of the row before. */
  async ledger_deep_page({ cities }) {
    const places = await placesIn(cities, pages)
    const read = (index: number) =>
      readLedgerPage(cities[index % cities.length] ?? '', { cursor: places[index] })
    return 1000 / (await crowd(pages, 1, read)).perSecond
  },
  async console_dashboard() {
    return consoleMs(() => '/admin')
  },
  async console_dashboard_filtered() {
    return consoleMs(() => '/admin?show=low&order=share')
  },
  async console_city({ cities }) {
    return consoleMs((index) => `/admin/cities/${cities[index % cities.length]}`)
  },
  async console_ledger({ cities }) {
    return consoleMs((index) => `/admin/cities/${cities[index % cities.length]}/ledger`)
  },
  /** From where the last run found each chain sound, as every quarter of an hour. */
  async audit() {
    return (await timeAudit({ full: false })).ms
  },
  async audit_full() {
    const { ms, rows } = await timeAudit({ full: true })
    return ms / rows
  },
} satisfies Record<string, (context: MeasureContext) => Promise<number>>

export type MeasureName = keyof typeof measures

async function consoleMs(path: (index: number) => string): Promise<number> {
  return 1000 / (await crowd(4, 1, (index) => getConsolePage(path(index)))).perSecond
}

/** Rows of the cities in turn, by chance, away from both ends of their ledgers. */
async function placesIn(cities: readonly string[], count: number): Promise<LedgerCursor[]> {
  const { rows } = await sql<LedgerCursor>`
    select t.id, t.occurred_at as "occurredAt"
    from generate_series(1, ${count}::int) place
    join inventory i on i.tier = 'vip'
      and i.city_id = (${[...cities]}::text[])[1 + (place - 1) % ${cities.length}::int]
    join inventory_transactions t on t.city_id = i.city_id and t.tier = i.tier
      and t.sequence = (i.last_sequence * (0.2 + 0.6 * random()))::bigint
    order by place`.execute(database())
  return rows
}

async function timeAudit({ full }: { full: boolean }): Promise<{ ms: number; rows: number }> {
  const began = performance.now()
  const { verdict, rowsWalked, differences } = await runAudit({ full })
  if (verdict !== 'clean') throw new Error(`The audit found ${differences.length} differences`)
  return { ms: performance.now() - began, rows: rowsWalked }
}
