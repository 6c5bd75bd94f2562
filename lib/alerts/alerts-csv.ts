import type { DeliveryState } from '@/db/tables/alerts'
import { csvFile } from '@/lib/csv'
import { inPortions } from '@/lib/in-portions'
import { type AlertSummary, listAlerts } from './read-alerts'

/** Alerts fetched at a time: the most that a page of them may have. */
const chunkAlerts = 200

/**
 * Alerts as CSV (RFC 4180), newest first, with a head line, in pieces of many lines. The column of a state counts the
 * deliveries that are in it; whom they went to is not told. Times are in UTC.
 */
export function alertsCsv(filter: { onlyFailed: boolean }): AsyncGenerator<string> {
  const read = (cursor?: string) => listAlerts({ ...filter, cursor, limit: chunkAlerts })
  return csvFile(
    csvColumns,
    inPortions(read, ({ alerts }) => alerts),
    csvFields,
  )
}

const states = [
  'sent',
  'pending',
  'sending',
  'failed',
  'unknown',
  'skipped',
] as const satisfies readonly DeliveryState[]

const csvColumns = ['id', 'createdAt', 'kind', 'level', 'cityId', 'subject', ...states] as const

function csvFields({ id, createdAt, kind, level, cityId, subject, deliveries }: AlertSummary) {
  return [id, createdAt, kind, level, cityId, subject, ...states.map((state) => deliveries[state] ?? 0)]
}
