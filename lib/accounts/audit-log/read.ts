import type { Selectable } from 'kysely'
import type { AdminAuditTable, AuditOutcome } from '@/db/tables/accounts'
import { database } from '@/lib/database'
import type { AuditEntry } from './entry'

/** Which rows; what is left out does not matter. Texts match exactly. */
export interface AuditFilter {
  actorId?: string
  /** Email, token name or command. */
  actorLabel?: string
  action?: string
  target?: string
  outcome?: AuditOutcome
  /** From this moment on. */
  from?: Date
  /** Before this moment. */
  until?: Date
}

export interface AuditPage {
  /** Newest first. */
  entries: AuditEntry[]
  /** Give it as `before` for the next page; null on the last one. */
  nextBefore: number | null
}

/** @param limit rows at most, 1 to 200; @param before an id: only older rows */
export async function auditPage(
  filter: AuditFilter,
  { limit = 50, before }: { limit?: number; before?: number } = {},
): Promise<AuditPage> {
  const size = Math.min(200, Math.max(1, Math.trunc(limit)))
  const rows = await select(filter, before)
    .limit(size + 1)
    .execute()
  const entries = rows.slice(0, size).map(toEntry)
  return { entries, nextBefore: rows.length > size ? (entries.at(-1)?.id ?? null) : null }
}

/** All matching rows, newest first, read in portions, so that an export of any size needs little memory. */
export async function* auditEntries(filter: AuditFilter): AsyncGenerator<AuditEntry, void, undefined> {
  let before: number | undefined
  for (;;) {
    const rows = await select(filter, before).limit(portion).execute()
    yield* rows.map(toEntry)
    if (rows.length < portion) return
    before = rows.at(-1)?.id
  }
}

const portion = 500

/** Index: the primary key, or the one of `admin_audit_by_actor`, `_by_label`, `_by_action`, `_by_target`, `_not_applied`. */
function select(filter: AuditFilter, before: number | undefined) {
  let query = database().selectFrom('admin_audit').selectAll().orderBy('id', 'desc')
  if (before !== undefined) query = query.where('id', '<', before)
  if (filter.actorId !== undefined) query = query.where('actor_id', '=', filter.actorId)
  if (filter.actorLabel !== undefined) query = query.where('actor_label', '=', filter.actorLabel)
  if (filter.action !== undefined) query = query.where('action', '=', filter.action)
  if (filter.target !== undefined) query = query.where('target', '=', filter.target)
  if (filter.outcome !== undefined) query = query.where('outcome', '=', filter.outcome)
  if (filter.from !== undefined) query = query.where('at', '>=', filter.from)
  if (filter.until !== undefined) query = query.where('at', '<', filter.until)
  return query
}

function toEntry(row: Selectable<AdminAuditTable>): AuditEntry {
  return {
    id: row.id,
    at: row.at,
    actorKind: row.actor_kind,
    actorId: row.actor_id,
    actorLabel: row.actor_label,
    address: row.address,
    action: row.action,
    target: row.target,
    outcome: row.outcome,
    code: row.code,
    before: row.before,
    after: row.after,
    reason: row.reason,
    authorizedBy: row.authorized_by,
    requestId: row.request_id,
  }
}
