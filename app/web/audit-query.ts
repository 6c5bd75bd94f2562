import { z } from 'zod'
import type { AuditFilter } from '@/lib/accounts/audit-log'
import { isUuid } from '@/lib/is-uuid'
import { isStorableText } from '@/lib/outside-text'

const text = z
  .string()
  .trim()
  .transform((value) => (isStorableText(value) ? value : undefined))
  .optional()
const day = z.iso.date().optional().catch(undefined)

const schema = z.object({
  actor: text,
  action: text,
  target: text,
  outcome: z.enum(['applied', 'refused', 'failed']).optional().catch(undefined),
  from: day,
  until: day,
})

/** The filters of the audit log as an address has them. Days in UTC, both included; what cannot be read is no filter. */
export function readAuditQuery(query: URLSearchParams): {
  filter: AuditFilter
  values: Record<string, string>
} {
  const { actor, from, until, ...rest } = schema.parse(Object.fromEntries(query))
  const isId = actor !== undefined && isUuid(actor)
  const filter: AuditFilter = {
    ...rest,
    ...(isId ? { actorId: actor } : actor !== undefined && { actorLabel: actor }),
    ...(from && { from: new Date(`${from}T00:00:00Z`) }),
    ...(until && { until: new Date(new Date(`${until}T00:00:00Z`).getTime() + 86_400_000) }),
  }
  const given = { actor, from, until, ...rest }
  const values = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  return { filter, values: Object.fromEntries(values) as Record<string, string> }
}
