import type { HandlerOf } from '@/app/api/answer'
import type { readAdminInventory } from '@/app/api/calls/admin-inventory'
import { noPlace } from '@/app/api/no-place'
import { done, failed } from '@/app/api/outcome'
import { presentStatus } from '@/app/api/present-inventory'
import { analyse, summarize } from '@/app/api/overview'
import { loadTargets } from '@/lib/alerts/targets'
import { loadThresholds } from '@/lib/alerts/thresholds'
import { database } from '@/lib/database'
import { getAllInventoryStatuses } from '@/lib/inventory'
import { readRecentSales } from '@/lib/inventory/recent-sales'

const defaultLimit = 500

/** Totals of all cities, a page of them, and what was asked for besides. */
export const readOverview: HandlerOf<typeof readAdminInventory> = async ({ query }) => {
  const { limit = defaultLimit, cursor } = query
  const statuses = await getAllInventoryStatuses()
  const before = cursor === undefined ? -1 : statuses.findIndex(({ cityId }) => cursorOf(cityId) === cursor)
  if (cursor !== undefined && before < 0) return failed(noPlace('cursor'))
  const page = statuses.slice(before + 1, before + 1 + limit)
  const last = page.at(-1)
  const hasMore = before + 1 + limit < statuses.length
  return done({
    summary: summarize(statuses),
    inventories: page.map(presentStatus),
    nextCursor: hasMore && last ? cursorOf(last.cityId) : null,
    ...(query.analytics && { analytics: analyse(statuses, page, await readRecentSales()) }),
    ...(query.alerts && { alerts: await alertSettings() }),
  })
}

function cursorOf(cityId: string): string {
  return Buffer.from(cityId).toString('base64url')
}

async function alertSettings() {
  const thresholds = await loadThresholds(database())
  const targets = await loadTargets(database())
  return {
    thresholds: thresholds
      .map(({ tier, remaining, level, channels }) => ({ tier, remaining, level, channels: [...channels] }))
      .sort((one, other) => one.tier.localeCompare(other.tier) || other.remaining - one.remaining),
    // How many, not who: addresses and phone numbers are nobody's reading.
    recipients: { slack: targets.slack.length, email: targets.email.length, sms: targets.sms.length },
  }
}
