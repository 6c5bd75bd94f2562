import { z } from 'zod'
import { tiers } from '@/lib/tier'
import { cityId, moment } from './fields'

const seats = z.int().min(0)
const seatsPerTier = z.object({ ga: seats, vip: seats })
const signedSeats = z.int()

/** All that anybody may see of a city's stock. */
export const publicStock = z
  .object({
    cityId,
    publicLimits: seatsPerTier,
    publicAvailable: seatsPerTier,
    isPublicSoldOut: z.boolean(),
    lastUpdated: moment.describe('When the public number last changed.'),
  })
  .meta({ id: 'PublicStock' })

/** All numbers of one city's stock, or of more. */
export const allNumbers = {
  publicLimits: seatsPerTier,
  actualLimits: seatsPerTier,
  sold: seatsPerTier,
  held: seatsPerTier,
  publicAvailable: seatsPerTier,
  actualAvailable: seatsPerTier,
}

/** What somebody with a role sees of a city's stock. */
export const fullStock = z
  .object({
    cityId,
    ...allNumbers,
    isPublicSoldOut: z.boolean(),
    isActualSoldOut: z.boolean(),
    lastUpdated: moment,
  })
  .meta({ id: 'FullStock' })

export type FullStock = z.output<typeof fullStock>

export const validation = z
  .object({
    valid: z.boolean(),
    available: seats.describe('The public number, or the quantity asked for where that is larger and valid.'),
    error: z.string().optional(),
  })
  .meta({ id: 'Validation' })

export const transaction = z
  .object({
    id: z.string(),
    cityId,
    tier: z.enum(tiers),
    quantity: signedSeats.describe('Seats sold (+) or returned (−), or the change of a limit.'),
    operation: z.enum(['decrement', 'expand', 'reset', 'restock', 'reduce', 'relimit', 'undo', 'open']),
    timestamp: moment,
    metadata: z
      .object({
        paymentIntentId: z.string().optional(),
        sessionId: z.string().optional(),
        adminUserId: z.string().optional(),
        reason: z.string().optional(),
      })
      .optional(),
  })
  .meta({ id: 'Transaction' })

export const expansion = z
  .object({
    id: z.string(),
    cityId,
    tier: z.enum(tiers),
    additionalSpots: seats,
    previousLimit: seats,
    newLimit: seats,
    authorizedBy: z.string(),
    reason: z.string().optional(),
    timestamp: moment,
  })
  .meta({ id: 'Expansion' })
