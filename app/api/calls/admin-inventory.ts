import { z } from 'zod'
import { largestBulk } from '@/lib/inventory/admin'
import { maxTextLength } from '@/lib/outside-text'
import { describeCall } from '../describe'
import { stayingConnected } from '../schemas/events'
import {
  additionalSpots,
  authorizedBy,
  cityId,
  cursor,
  flag,
  pageSize,
  reason,
  tier,
} from '../schemas/fields'
import { alertSettings, analytics, summary } from '../schemas/overview'
import { fullStock } from '../schemas/stock'

export const readAdminInventoryCall = describeCall({
  id: 'readAdminInventory',
  method: 'GET',
  path: '/api/admin/inventory',
  summary: 'All numbers of all cities, with totals',
  who: 'see',
  query: z.object({
    analytics: flag('analytics').optional(),
    alerts: flag('alerts').optional(),
    limit: pageSize.optional(),
    cursor: cursor('cursor').optional(),
  }),
  answer: {
    status: 200,
    description: 'In order of date, up to 500 cities a page. `summary` is of all cities.',
    data: z.object({
      summary,
      inventories: z.array(fullStock),
      nextCursor: z.string().nullable().describe('For the next page; null on the last one.'),
      analytics: analytics.optional(),
      alerts: alertSettings.optional(),
    }),
  },
  examples: [
    { summary: 'Everything', query: { analytics: 'true', alerts: 'true' }, status: 200 },
    { summary: 'The first two cities', query: { limit: '2' }, status: 200 },
  ],
})

const cities = z
  .array(
    z.string('cities must be a list of texts').max(maxTextLength, 'cities names one that is too long'),
    'cities must be a list of texts',
  )
  .min(1, `cities must name 1 to ${largestBulk} cities`)
  .max(largestBulk, `cities must name 1 to ${largestBulk} cities`)
  .refine((ids) => new Set(ids).size === ids.length, 'cities names a city twice')
  .meta({ description: 'Each named once.', examples: [['dallas-jan-2026', 'nyc-apr-2026']] })

const name = (operation: string) => ({ description: `\`${operation}\`.` })

export const bulkChangeCall = describeCall({
  id: 'bulkChange',
  method: 'POST',
  path: '/api/admin/inventory',
  summary: 'Expand, reset or raise an alert for many cities',
  description:
    'Each city stands for itself: one that is refused, or cannot be changed, stops no other. A reset needs an owner, ' +
    'the others an operator.',
  who: 'operate',
  action: 'inventory.bulk',
  body: z.discriminatedUnion(
    'operation',
    [
      z.object({
        operation: z.literal('expand').meta(name('expand')),
        data: z.object({ cities, tier, additionalSpots, reason: reason.nullish() }, 'data is missing'),
        authorizedBy: authorizedBy('inventory expansion'),
      }),
      z.object({
        operation: z.literal('reset').meta(name('reset')),
        data: z.object(
          {
            cities,
            tier: tier.nullish().describe('Changes nothing: a reset is of the whole city, both tiers.'),
            reason: reason.nullish(),
          },
          'data is missing',
        ),
        authorizedBy: authorizedBy('inventory reset'),
      }),
      z.object({
        operation: z.literal('alert').meta(name('alert')),
        data: z.object(
          {
            cities,
            tier: tier.optional().describe('Changes nothing: the alert is about the city as a whole.'),
            reason: reason.describe('The message of the alert.').nullish(),
          },
          'data is missing',
        ),
        authorizedBy: authorizedBy('an alert'),
      }),
    ],
    {
      error: (issue) =>
        issue.code === 'invalid_union'
          ? 'operation must be expand, reset or alert'
          : 'The body must be a JSON object',
    },
  ),
  answer: {
    status: 200,
    description: 'What became of each city, in the order they were named.',
    mayBePartial: true,
    data: z.object({
      operation: z.enum(['expand', 'reset', 'alert']),
      totalCities: z.int(),
      successCount: z.int(),
      failureCount: z.int(),
      results: z.array(
        z.object({
          cityId,
          success: z.boolean(),
          newLimit: z.int().optional().describe('After an expansion: the actual limit.'),
          forgottenSeats: z.int().optional().describe('After a reset: sold seats no longer counted.'),
          code: z
            .string()
            .optional()
            .describe(
              '`change_failed`: an error, or somebody who kept the city locked, was in the way; the others were changed. ' +
                'To try it again, send it with a new `Idempotency-Key`. `in_conflict`: it is archived, or its limit would be ' +
                'too high.',
            ),
          error: z.string().optional(),
        }),
      ),
    }),
  },
  failures: ['in_conflict'],
  once: true,
  examples: [
    {
      summary: 'Two cities, one of them unknown',
      body: {
        operation: 'expand',
        data: { cities: ['nyc-apr-2026', 'atlantis'], tier: 'vip', additionalSpots: 2 },
        authorizedBy: 'Dana',
      },
      status: 200,
    },
    {
      summary: 'An alert',
      body: {
        operation: 'alert',
        data: { cities: ['dallas-jan-2026'], reason: 'Doors open an hour later' },
        authorizedBy: 'Dana',
      },
      status: 200,
    },
  ],
})

export const streamAdminInventoryCall = describeCall({
  id: 'streamAdminInventory',
  method: 'GET',
  path: '/api/admin/inventory/stream',
  summary: 'Each change of any number, as it happens',
  who: 'see',
  answer: {
    status: 200,
    description: `Server-sent events; the data of each is what \`GET /api/inventory\` answers to a role. ${stayingConnected}`,
    data: z.array(fullStock),
    as: 'events',
  },
})
