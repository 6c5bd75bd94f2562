import { z } from 'zod'
import { failureCodes } from '@/app/web/envelope'

export type JsonSchema = Record<string, unknown>

/** The envelope of a failure. */
export const failureSchema = z.object({
  success: z.literal(false),
  error: z.string().describe('For people: what is wrong and what to do.'),
  code: z.enum(failureCodes),
  requestId: z.string().describe('Leads to the log.'),
  data: z.looseObject({}).optional().describe('Facts that help the caller.'),
})

/** A schema as JSON Schema (2020-12, OpenAPI's own); named parts go to the components. */
export function hoist(
  schema: z.ZodType,
  components: Record<string, JsonSchema>,
  io: 'input' | 'output' = 'output',
): JsonSchema {
  const { $schema: _, $defs, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' })
  for (const [name, definition] of Object.entries($defs ?? {})) {
    components[name] = repointed(definition) as JsonSchema
  }
  const { id, ...plain } = rest
  if (typeof id !== 'string') return repointed(plain) as JsonSchema
  components[id] = repointed(plain) as JsonSchema
  return { $ref: `#/components/schemas/${id}` }
}

function repointed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(repointed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      if (key === 'id' && typeof inner === 'string') return []
      if (key === '$ref' && typeof inner === 'string')
        return [[key, inner.replace('#/$defs/', '#/components/schemas/')]]
      return [[key, repointed(inner)]]
    }),
  )
}
