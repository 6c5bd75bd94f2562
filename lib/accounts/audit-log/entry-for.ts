import { maskRecipients } from '@/lib/mask-recipients'
import { may, type Principal } from '../principal'
import type { AuditEntry } from './entry'

/**
 * A row as this reader may see it. Whom alerts reach is for owners; it is masked where it is recorded, but older rows
 * hold it whole, and no row can be changed.
 */
export function entryFor(reader: Principal, entry: AuditEntry): AuditEntry {
  if (may(reader, 'own') || !naming.has(entry.action)) return entry
  return { ...entry, before: masked(entry.before), after: masked(entry.after) }
}

/** The actions whose rows name recipients. */
const naming: ReadonlySet<string> = new Set(['settings.alerts', 'alert.resend'])

function masked(recorded: AuditEntry['before']): AuditEntry['before'] {
  if (recorded === null) return null
  const text = JSON.stringify(recorded)
  return JSON.parse(text, (_name, value: unknown) =>
    typeof value === 'string' ? maskRecipients(value) : value,
  ) as Record<string, unknown>
}
