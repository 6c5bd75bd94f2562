import { z } from 'zod'
import { tiers } from '@/lib/tier'

const pool = { cityId: z.string(), tier: z.enum(tiers) }

/** What the admin's process can be asked to do. */
const adminWork = z.discriminatedUnion('act', [
  z.object({ act: z.literal('expand'), ...pool, seats: z.number() }),
  z.object({ act: z.literal('reduce'), ...pool, to: z.number() }),
  /** One of the exceptions that wait, by a number that stands for luck. */
  z.object({
    act: z.literal('resolve'),
    how: z.enum(['refund', 'expand', 'assign', 'restock', 'dismiss']),
    luck: z.number(),
  }),
  /** Has the workers ask Stripe about everything. */
  z.object({ act: z.literal('reconcile') }),
])

export type AdminWork = z.output<typeof adminWork>

export const adminRequest = z.object({ id: z.number(), work: adminWork })
export const adminAnswer = z.object({ id: z.number(), said: z.string() })
