import { cities } from '@/app/format/cities'
import { returningSeats } from '@/app/format/returning-seats'
import { counted, isOrAre } from '@/lib/counted'
import { previewExpansions, previewResets } from '@/lib/inventory/admin/bulk-preview'
import { tierLabel } from '@/lib/tier'
import type { BulkOperation } from './bulk-form'

export interface BulkPreviewRow {
  cityId: string
  name: string
  before: string
  after: string
  /** Why it would be refused. */
  problem: string | null
}

export interface BulkPreview {
  /** `Add 5 GA seats to 12 cities` */
  title: string
  /** What changes altogether, in numbers. */
  summary: string
  rows: BulkPreviewRow[]
  /** For the run: each city with the number that is shown. */
  targets: [string, number][]
}

/** What an operation would change, city by city. Cities that are not there are left out. */
export async function previewBulk(
  operation: BulkOperation,
  cityIds: readonly string[],
): Promise<BulkPreview> {
  switch (operation.operation) {
    case 'expand':
      return previewExpand(operation, cityIds)
    case 'reset':
      return previewReset(cityIds)
  }
}

async function previewExpand(
  operation: Extract<BulkOperation, { operation: 'expand' }>,
  cityIds: readonly string[],
): Promise<BulkPreview> {
  const { tier, additionalSpots } = operation
  const rows = await previewExpansions(cityIds, operation)
  const possible = rows.filter(({ isTooHigh }) => !isTooHigh)
  const seats = counted(additionalSpots, `${tierLabel(tier)} seat`)
  const hidden = possible.length * additionalSpots
  return {
    title: `Add ${seats} to ${cities(rows.length)}`,
    summary: `${counted(hidden, 'hidden seat')} altogether. Customers do not see ${hidden === 1 ? 'it' : 'them'}.`,
    rows: rows.map(({ cityId, cityName, before, after, sold, isTooHigh }) => ({
      cityId,
      name: cityName,
      before: `limit ${before}, ${sold} sold`,
      after: `limit ${after}`,
      problem: isTooHigh ? 'The limit would be too high' : null,
    })),
    targets: rows.map(({ cityId, before }) => [cityId, before]),
  }
}

async function previewReset(cityIds: readonly string[]): Promise<BulkPreview> {
  const rows = await previewResets(cityIds)
  const sum = (pick: (row: (typeof rows)[number]) => number) =>
    rows.reduce((total, row) => total + pick(row), 0)
  const [sold, payments] = [sum((row) => row.sold), sum((row) => row.payments)]
  const [held, hidden] = [sum((row) => row.held), sum((row) => row.hidden)]
  return {
    title: `Reset ${cities(rows.length)}`,
    summary: [
      `${counted(sold, 'sold seat')} of ${counted(payments, 'payment')} ${isOrAre(sold)} no longer counted, ` +
        `${counted(held, 'seat')} in checkouts ${isOrAre(held)} let go, ` +
        `${counted(hidden, 'hidden seat')} ${hidden === 1 ? 'goes' : 'go'}.`,
      ...returningSeats(sum((row) => row.returning)),
      `Nobody is refunded. Each reset can be undone once, on the city's page.`,
    ].join(' '),
    rows: rows.map(({ cityId, cityName, sold, payments, held, hidden, returning }) => ({
      cityId,
      name: cityName,
      before: [
        `${sold} sold (${counted(payments, 'payment')})`,
        `${held} in checkouts`,
        `${hidden} hidden`,
        ...(returning > 0 ? [`${returning} below the public limits`] : []),
      ].join(', '),
      after: '0 sold, 0 in checkouts, 0 hidden',
      problem: null,
    })),
    targets: rows.map(({ cityId, epoch }) => [cityId, epoch]),
  }
}
