import type { HandlerOf } from '@/app/api/answer'
import type { readAdminInventoryCall } from '@/app/api/calls/admin-inventory'
import { noPlace } from '@/app/api/no-place'
import { done, failed } from '@/app/api/outcome'
import { presentStatus } from '@/app/api/present-inventory'
import { analyse, summarize } from '@/app/api/overview'
import { pageOf } from '@/app/api/overview-page'
import { loadTargets } from '@/lib/alerts/targets'
import { readThresholds } from '@/lib/alerts/thresholds'
import { database } from '@/lib/database'
import { readFigures } from '@/lib/inventory/figures'
import { readRecentSales } from '@/lib/inventory/recent-sales'
import { toStatuses } from '@/lib/inventory/status'

const defaultLimit = 500

/** Totals of all cities, a page of them, and what was asked for besides. */
export const readOverview: HandlerOf<typeof readAdminInventoryCall> = async ({ query }) => {
  const { limit = defaultLimit, cursor } = query
  const figures = await readFigures()
  const firstDays = new Map(figures.map(({ cityId, startsOn }) => [cityId, startsOn]))
  const statuses = toStatuses(figures)
  const page = pageOf(
    statuses.map((status) => ({ ...status, startsOn: firstDays.get(status.cityId) ?? '' })),
    { limit, cursor },
  )
  if (!page) return failed(noPlace('cursor'))
  return done({
    summary: summarize(statuses),
    inventories: page.cities.map(presentStatus),
    nextCursor: page.nextCursor,
    ...(query.analytics && { analytics: analyse(statuses, page.cities, await readRecentSales()) }),
    ...(query.alerts && { alerts: await alertSettings() }),
  })
}

async function alertSettings() {
  const thresholds = await readThresholds(database())
  const targets = await loadTargets(database())
  return {
    thresholds: thresholds.map(({ tier, remaining, level, channels }) => ({
      tier,
      remaining,
      level,
      channels: [...channels],
    })),
    // How many, not who: addresses and phone numbers are nobody's reading.
    recipients: { slack: targets.slack.length, email: targets.email.length, sms: targets.sms.length },
  }
}
