import { z } from 'zod'
import { tiers } from '@/lib/tier'
import { describeCall } from '../describe'
import { additionalSpots, authorizedBy, cityId, noTier, reason, tier } from '../schemas/fields'

export const expandInventoryCall = describeCall({
  id: 'expandInventory',
  method: 'POST',
  path: '/api/inventory',
  summary: 'Add hidden seats to a city and tier',
  description: 'Raises the actual limit. The public limit stays as it is. Of an archived city it is refused.',
  who: 'operate',
  action: 'inventory.expand',
  body: z.object(
    {
      cityId,
      tier,
      additionalSpots,
      authorizedBy: authorizedBy('inventory expansion'),
      reason: reason.nullish(),
    },
    'The body must be a JSON object',
  ),
  answer: {
    status: 200,
    description: 'Added.',
    data: z.object({
      cityId,
      tier: z.enum(tiers),
      additionalSpots: z.int(),
      newLimit: z.int().describe('The actual limit afterwards.'),
    }),
  },
  failures: ['unknown_city', 'in_conflict'],
  once: true,
  examples: [
    {
      summary: 'Five more GA seats in Dallas',
      body: {
        cityId: 'dallas-jan-2026',
        tier: 'ga',
        additionalSpots: 5,
        authorizedBy: 'Dana',
        reason: 'A second room was opened',
      },
      status: 200,
    },
    {
      summary: 'Nobody named',
      body: { cityId: 'dallas-jan-2026', tier: 'ga', additionalSpots: 5 },
      status: 422,
    },
  ],
})

export const resetInventoryCall = describeCall({
  id: 'resetInventory',
  method: 'DELETE',
  path: '/api/inventory',
  summary: 'Reset a city',
  description:
    'Sold and held become 0 and the limits the public ones. The ledger keeps what was there; the latest reset can be undone in the console. Of an archived city it is refused.',
  who: 'own',
  action: 'inventory.reset',
  body: z.object(
    {
      cityId,
      tier: noTier,
      authorizedBy: authorizedBy('inventory reset'),
      reason: reason.refine((text) => text.trim() !== '', 'reason is missing'),
    },
    'The body must be a JSON object',
  ),
  answer: {
    status: 200,
    description: 'Done.',
    data: z.object({
      cityId,
      forgottenSeats: z.int().describe('Sold seats that are no longer counted.'),
    }),
  },
  failures: ['unknown_city', 'in_conflict'],
  once: true,
  examples: [
    {
      summary: 'Start San Francisco anew',
      body: { cityId: 'sf-jun-2026', authorizedBy: 'Dana', reason: 'Rehearsal is over' },
      status: 200,
    },
  ],
})
