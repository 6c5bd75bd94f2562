import { formatDays } from '@/app/format/dates'
import type { AlertLevel } from '@/db/tables/alerts'
import type { HiddenSale } from '@/db/tables/stock'
import { levelNames } from '@/lib/alerts/levels'
import { readThresholds } from '@/lib/alerts/thresholds'
import { type CityFigures, readCity } from '@/lib/analytics/cities'
import { readHistory } from '@/lib/analytics/history'
import { readLiveHolds } from '@/lib/analytics/live-holds'
import { levelOf } from '@/lib/analytics/stock-level'
import type { SaleState } from '@/lib/cities'
import { database } from '@/lib/database'
import { previewReset } from '@/lib/inventory/admin'
import { readLedgerPage } from '@/lib/inventory/ledger/page'
import { type PerTier, perTier, type Tier } from '@/lib/tier'
import { cityNumbers } from './city-numbers'
import { forecastOf } from './city-rows'
import type { ForecastWords } from './forecast-words'
import { type HoldRow, presentHold } from './hold-rows'
import { type LedgerRowView, presentLedgerRows } from './ledger-rows'
import type { CityNumbers } from './seat-numbers'
import { type ChartRange, presentSalesCharts, type SalesCharts } from './sales-charts'

/** All that the console shows of one city. */
export interface CityPage {
  city: CityHead
  numbers: CityNumbers
  tiers: PerTier<{
    hiddenSale: HiddenSale
    level: { key: AlertLevel; name: string } | null
    forecast: ForecastWords | null
  }>
  charts: SalesCharts
  /** A page of those in checkouts. `total`: of all pages, where this one has any. */
  holds: { rows: HoldRow[]; total: number; isFirst: boolean; nextCursor: string | null }
  /** The latest rows of the ledger. */
  ledger: LedgerRowView[]
  /** The latest ones; `hasOlder`: the ledger has more. */
  expansions: { rows: LedgerRowView[]; hasOlder: boolean }
  /** The latest reset can still be undone. */
  canUndoReset: boolean
}

export interface CityHead {
  id: string
  name: string
  days: string
  venue: string
  timeZone: string
  saleState: SaleState
  isPast: boolean
  isArchived: boolean
}

const latest = 10

export interface CityPageRequest {
  range: ChartRange
  /** Where the page of holds before this one ended. */
  holdsCursor?: string | undefined
  /** Whether the reader may change stock: others get no links that would refuse them. */
  mayOperate: boolean
  now: Date
}

/** One city for the console; null where there is none of this id. */
export async function presentCityPage(
  cityId: string,
  { range, holdsCursor, mayOperate, now }: CityPageRequest,
): Promise<CityPage | null> {
  const city = await readCity(cityId)
  if (!city) return null
  const [thresholds, daily, charts, holds, ledger, expansions, preview] = await Promise.all([
    readThresholds(database()),
    readHistory([cityId], { step: 'day', count: 8 }),
    presentSalesCharts(city, range, now),
    readLiveHolds(cityId, { cursor: holdsCursor }),
    readLedgerPage(cityId, { limit: latest }),
    readLedgerPage(cityId, { operation: 'expand', limit: latest }),
    previewReset(cityId),
  ])
  const { timeZone, stock } = city
  const tier = (name: Tier) => {
    const level = levelOf(stock, name, thresholds)
    return {
      hiddenSale: city.hiddenSale[name],
      level: level && { key: level, name: levelNames[level] },
      forecast: forecastOf(
        city,
        name,
        daily.find((pool) => pool.tier === name),
        now,
      ),
    }
  }
  const changeable = mayOperate && !city.isArchived ? city : null
  return {
    city: presentHead(city),
    numbers: cityNumbers(stock),
    tiers: perTier(tier),
    charts,
    holds: {
      rows: holds.holds.map((hold) => presentHold(hold, timeZone, now)),
      total: holds.total,
      isFirst: holdsCursor === undefined,
      nextCursor: holds.nextCursor,
    },
    ledger: presentLedgerRows({ rows: ledger.rows, timeZone, city: changeable }),
    expansions: {
      rows: presentLedgerRows({ rows: expansions.rows, timeZone, city: changeable }),
      hasOlder: expansions.nextCursor !== null,
    },
    canUndoReset: preview?.undo != null,
  }
}

function presentHead(city: CityFigures): CityHead {
  const { id, name, venue, timeZone, saleState, isPast, isArchived } = city
  return {
    id,
    name,
    days: formatDays(city.startsOn, city.endsOn),
    venue,
    timeZone: timeZone.replaceAll('_', ' '),
    saleState,
    isPast,
    isArchived,
  }
}
