import { z } from 'zod'
import type { AuditFilter } from '@/lib/accounts/audit-log'
import { isUuid } from '@/lib/is-uuid'
import { isStorableText } from '@/lib/outside-text'
import { dayRange, type FilterProblem, filterProblems } from './day-range'

const text = z
  .string()
  .trim()
  .transform((value) => (isStorableText(value) ? value : undefined))
  .optional()

const schema = z.object({
  actor: text,
  action: text,
  target: text,
  outcome: z.enum(['applied', 'refused', 'failed']).optional().catch(undefined),
  from: text,
  until: text,
})

/** What the audit log's filter form says, as it was typed; what is empty, or cannot be stored, is no filter. */
export type AuditValues = z.output<typeof schema>

export type ReadAuditQuery = { values: AuditValues } & (
  { ok: true; filter: AuditFilter } | { ok: false; problems: FilterProblem[] }
)

/** Reads the filters of the audit log from an address. Days in UTC, both included; one that cannot be read is refused. */
export function readAuditQuery(query: URLSearchParams): ReadAuditQuery {
  const values = schema.parse(Object.fromEntries(query))
  const { actor, from = '', until = '', ...rest } = values
  const days = dayRange.safeParse({ from, until })
  if (!days.success) return { ok: false, values, problems: filterProblems(days.error) }
  const isId = actor !== undefined && isUuid(actor)
  const filter: AuditFilter = {
    ...rest,
    ...(isId ? { actorId: actor } : actor !== undefined && { actorLabel: actor }),
    ...(from && { from: new Date(`${from}T00:00:00Z`) }),
    ...(until && { until: new Date(new Date(`${until}T00:00:00Z`).getTime() + 86_400_000) }),
  }
  return { ok: true, values, filter }
}
