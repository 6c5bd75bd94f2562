import { formatExactly } from '@/app/format/dates'
import type { Principal } from '@/lib/accounts'
import { type AuditEntry, type AuditFilter, auditPage, entryFor } from '@/lib/accounts/audit-log'
import { changeWords, codeWords } from './audit-words'

export interface AuditRow {
  id: number
  at: string
  who: string
  address: string | null
  action: string
  target: string | null
  outcome: AuditEntry['outcome']
  code: string | null
  /** `GA actual limit: 35 → 40` */
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
    code: codeWords(code),
    reason,
    at: formatExactly(at, 'UTC'),
    who: actorKind === 'token' ? `token ${actorLabel}` : actorLabel || 'nobody',
    change: changeWords(before ?? {}, after ?? {}),
  }
}
