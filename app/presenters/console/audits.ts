import { formatAgo, formatExactly } from '@/app/format/dates'
import { type AuditDifference, differingRow, readAuditRuns, readAuditsUnderWay } from '@/lib/audit'

export interface AuditRunRow {
  id: number
  kind: string
  /** `3 h ago` */
  ended: string
  /** The same exactly, in UTC. */
  endedAt: string
  isClean: boolean
  /** Rows of the ledger that were judged. */
  rowsWalked: number
  differences: DifferenceView[]
}

export interface DifferenceView {
  /** Which row it is about. */
  row: string
  message: string
  /** Where the console shows that row, or what it belongs to; null where it shows neither. */
  to: string | null
}

export interface AuditsPage {
  /** Newest first. */
  runs: AuditRunRow[]
  nextCursor: string | null
  /** A verdict is still to come. */
  isUnderWay: boolean
}

const shown = 20

/** Runs older than `before`, or the latest ones; `onlyDiffering`: only those that found differences. */
export async function presentAudits(
  { before, onlyDiffering }: { before: number | null; onlyDiffering: boolean },
  now: Date,
): Promise<AuditsPage> {
  // Read first: the verdict of one that ends in between is then among the runs, and is not looked for in vain.
  const underWay = await readAuditsUnderWay()
  const runs = await readAuditRuns({
    before: before ?? undefined,
    verdict: onlyDiffering ? 'differences' : undefined,
    limit: shown + 1,
  })
  const page = runs.slice(0, shown)
  const last = page.at(-1)
  return {
    runs: page.map(({ id, kind, finishedAt, verdict, rowsWalked, differences }) => ({
      id,
      kind: kind === 'full' ? 'Everything' : 'What is new',
      ended: formatAgo(finishedAt, now),
      endedAt: formatExactly(finishedAt, 'UTC'),
      isClean: verdict === 'clean',
      rowsWalked,
      differences: differences.map(presentDifference),
    })),
    nextCursor: runs.length > shown && last ? String(last.id) : null,
    isUnderWay: underWay.length > 0,
  }
}

/** Where the page begins with that run, however many have followed. */
export function differingAuditPath(id: number): string {
  return `/admin/audits?show=differences&cursor=${id + 1}`
}

/** What an audit found, in a sentence. */
export function presentDifference(difference: AuditDifference): DifferenceView {
  return { row: differingRow(difference), message: difference.message, to: pathOf(difference) }
}

function pathOf({ kind, cityId, tier, row }: AuditDifference): string | null {
  if (kind === 'payment') return `/admin/payments/${encodeURIComponent(row.replace(/^payment /, ''))}`
  if (kind === 'event')
    return `/admin/payments?${String(new URLSearchParams({ search: row.replace(/^event /, '') }))}`
  if (cityId === null) return null
  const city = `/admin/cities/${encodeURIComponent(cityId)}`
  if (kind === 'held') return `${city}#holds`
  return `${city}/ledger${tier === null ? '' : `?tier=${tier}`}`
}
