import { csvHead, csvLine } from '@/lib/csv'
import type { Principal } from '../principal'
import { entryFor } from './entry-for'
import { auditColumns, auditFields } from './fields'
import { auditEntries, type AuditFilter } from './read'

/** Lines sent at a time. */
const chunkLines = 500

/**
 * All matching rows of the log as CSV, newest first, with a head line, in pieces of many lines.
 *
 * @param reader decides what of them is masked
 */
export async function* auditCsv(filter: AuditFilter, reader: Principal): AsyncGenerator<string> {
  yield csvHead(auditColumns)
  let lines: string[] = []
  for await (const entry of auditEntries(filter)) {
    lines.push(csvLine(auditFields(entryFor(reader, entry))))
    if (lines.length < chunkLines) continue
    yield lines.join('')
    lines = []
  }
  if (lines.length > 0) yield lines.join('')
}
