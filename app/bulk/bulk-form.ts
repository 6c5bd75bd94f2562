import { z } from 'zod'
import { noSpots, readSpots } from '@/app/changes/read-number'
import { largestBulk } from '@/lib/inventory/admin'
import { noSuchCity } from '@/lib/no-such-city'
import { isStorableText } from '@/lib/outside-text'
import { tiers } from '@/lib/tier'

/** Cities changed by one request. A long run goes on from page to page, so that its progress can be seen and stopped. */
export const bulkStep = 25

const reason = z.string().trim().max(255, 'A reason has at most 255 characters').default('')
const tier = z.enum(tiers, 'Choose GA or VIP')
const additionalSpots = z.string().transform((text, context) => {
  const spots = readSpots(text)
  if (spots !== null) return spots
  context.addIssue(noSpots)
  return z.NEVER
})

/** What is to be done, whatever the cities. */
const operation = z.discriminatedUnion('operation', [
  z.object({ operation: z.literal('expand'), tier, additionalSpots, reason }),
  z.object({
    operation: z.literal('reset'),
    reason: z.string().trim().min(1, 'Say why').max(255, 'A reason has at most 255 characters'),
  }),
])

export type BulkOperation = z.output<typeof operation>

const cityId = z.string().refine((id) => isStorableText(id), noSuchCity)

/** The first step: which cities, and what. */
export const bulkChoice = z.object({
  operation,
  cityIds: z
    .array(cityId)
    .min(1, 'Choose at least one city')
    .max(largestBulk, `At most ${largestBulk} cities`),
})

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue('This form cannot be read')
    return z.NEVER
  }
})

const target = z.tuple([cityId, z.number().int()])
const bulkResult = z.object({ cityId, ok: z.boolean(), text: z.string().max(500) })

export type BulkCityResult = z.output<typeof bulkResult>

/** A later step: the cities that are left, each with the number that the admin saw, and what became of the others. */
export const bulkRun = z.object({
  operation,
  targets: json.pipe(z.array(target).min(1).max(largestBulk)),
  results: json.pipe(z.array(bulkResult).max(largestBulk)),
})

export type BulkRun = z.output<typeof bulkRun>

/** Fields of either step, not yet checked. */
export function readBulkFields(form: URLSearchParams): Record<string, unknown> {
  const text = (name: string) => form.get(name) ?? undefined
  return {
    operation: {
      operation: text('operation'),
      tier: text('tier'),
      additionalSpots: text('additionalSpots'),
      reason: text('reason'),
    },
    cityIds: form.getAll('cityId'),
    targets: text('targets'),
    results: text('results'),
  }
}
