import { formatExactly } from '@/app/format/dates'
import type { Principal } from '@/lib/accounts'
import { type AuditEntry, type AuditFilter, auditPage, entryFor } from '@/lib/accounts/audit-log'

export interface AuditRow {
  id: number
  at: string
  who: string
  address: string | null
  action: string
  target: string | null
  outcome: AuditEntry['outcome']
  code: string | null
  /** `limit: 35 → 40` */
  change: string
  reason: string | null
}

/** @param reader decides what of the rows is masked */
export async function presentAuditLog(
  filter: AuditFilter,
  before: number | undefined,
  reader: Principal,
): Promise<{ rows: AuditRow[]; nextCursor: string | null }> {
  const { entries, nextBefore } = await auditPage(filter, before === undefined ? {} : { before })
  const rows = entries.map((entry) => presentRow(entryFor(reader, entry)))
  return { rows, nextCursor: nextBefore === null ? null : String(nextBefore) }
}

function presentRow(entry: AuditEntry): AuditRow {
  const { id, at, actorKind, actorLabel, address, action, target, outcome, code, before, after, reason } =
    entry
  return {
    id,
    address,
    action,
    target,
    outcome,
    code,
    reason,
    at: formatExactly(at, 'UTC'),
    who: actorKind === 'token' ? `token ${actorLabel}` : actorLabel || 'nobody',
    change: changeOf(before ?? {}, after ?? {}),
  }
}

const longest = 160

/** What became different, in one line. */
function changeOf(before: Record<string, unknown>, after: Record<string, unknown>): string {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const parts = names.flatMap((name) => {
    const [old, now] = [shown(before[name]), shown(after[name])]
    if (old === now) return []
    return old === '' || now === '' ? [`${name}: ${old || now}`] : [`${name}: ${old} → ${now}`]
  })
  const line = parts.join(', ')
  return line.length <= longest ? line : `${line.slice(0, longest - 1).toWellFormed()}…`
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
