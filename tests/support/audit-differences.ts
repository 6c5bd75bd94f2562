import type { AuditDifference } from '@/lib/audit'
import { findDifferences } from '@/lib/audit/audit'
import { type Connection, database } from '@/lib/database'

/** All that does not fit at this moment, by a full audit that stores nothing. */
export async function auditDifferences(connection: Connection = database()): Promise<AuditDifference[]> {
  return (await findDifferences(connection, 'full')).differences
}
