import { formatAgo } from '@/app/format/dates'
import { describeDifference, readAuditRuns, readAuditsUnderWay } from '@/lib/audit'

export interface AuditRunRow {
  id: number
  kind: string
  /** `3 h ago` */
  ended: string
  isClean: boolean
  /** Rows of the ledger that were judged. */
  rowsWalked: number
  /** One line each. */
  differences: string[]
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
      isClean: verdict === 'clean',
      rowsWalked,
      differences: differences.map(describeDifference),
    })),
    nextCursor: runs.length > shown && last ? String(last.id) : null,
    isUnderWay: underWay.length > 0,
  }
}

/** Where the page begins with that run, however many have followed. */
export function differingAuditPath(id: number): string {
  return `/admin/audits?show=differences&cursor=${id + 1}`
}
