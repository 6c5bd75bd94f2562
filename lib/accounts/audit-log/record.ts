import { clipped, clippedOrNull } from '@/lib/clipped'
import type { Connection } from '@/lib/database'
import { maxTextLength } from '@/lib/outside-text'
import { describeActor, type AuditContext, type AuditEvent } from './entry'

/**
 * Writes one row of the audit log. An applied action is recorded in the transaction that applies it, so that
 * neither is there without the other; a refused one on a connection of its own, so that it stays.
 * Texts from outside are shortened to their columns and freed of what PostgreSQL cannot store.
 */
export async function recordAudit(
  connection: Connection,
  context: AuditContext,
  event: AuditEvent,
): Promise<void> {
  await recordAudits(connection, context, [event])
}

/** The same for many actions of one request, such as a bulk operation, in one statement. */
export async function recordAudits(
  connection: Connection,
  context: AuditContext,
  events: readonly AuditEvent[],
): Promise<void> {
  if (events.length === 0) return
  const { id, label } = describeActor(context.actor)
  const rows = events.map((event) => ({
    actor_kind: context.actor.kind,
    actor_id: id,
    actor_label: clipped(label, maxTextLength),
    address: clippedOrNull(context.address, 64),
    action: event.action,
    target: clippedOrNull(event.target, maxTextLength),
    outcome: event.outcome,
    code: clippedOrNull(event.code, 64),
    before: jsonOrNull(event.before),
    after: jsonOrNull(event.after),
    reason: clippedOrNull(event.reason, 1_000),
    authorized_by: clippedOrNull(event.authorizedBy, maxTextLength),
    request_id: clippedOrNull(context.requestId, maxTextLength),
  }))
  await connection.insertInto('admin_audit').values(rows).execute()
}

/** jsonb refuses null characters and halves of surrogate pairs. */
function jsonOrNull(value: Record<string, unknown> | undefined): string | null {
  if (value === undefined) return null
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'string' ? inner.replaceAll('\0', '').toWellFormed() : inner,
  )
}
