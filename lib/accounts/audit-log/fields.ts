import type { AuditEntry } from './entry'

/** The columns of an export, in the order of `auditFields`. */
export const auditColumns = [
  'id',
  'at',
  'actor_kind',
  'actor_id',
  'actor',
  'address',
  'action',
  'target',
  'outcome',
  'code',
  'before',
  'after',
  'reason',
  'authorized_by',
  'request_id',
] as const

/** A row as plain texts: times in ISO 8601 UTC, objects as JSON, nothing as an empty text. Not yet quoted. */
export function auditFields(entry: AuditEntry): string[] {
  return [
    String(entry.id),
    entry.at.toISOString(),
    entry.actorKind,
    entry.actorId ?? '',
    entry.actorLabel,
    entry.address ?? '',
    entry.action,
    entry.target ?? '',
    entry.outcome,
    entry.code ?? '',
    entry.before ? JSON.stringify(entry.before) : '',
    entry.after ? JSON.stringify(entry.after) : '',
    entry.reason ?? '',
    entry.authorizedBy ?? '',
    entry.requestId ?? '',
  ]
}
