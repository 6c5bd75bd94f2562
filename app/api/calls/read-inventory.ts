import { z } from 'zod'
import { describeCall } from '../describe'
import { stayingConnected } from '../schemas/events'
import { cityId, cursor, flag, pageSize, quantityText, tier } from '../schemas/fields'
import { expansion, fullStock, publicStock, transaction, validation } from '../schemas/stock'

/** Reads that anybody may make. */

export const readInventoryCall = describeCall({
  id: 'readInventory',
  method: 'GET',
  path: '/api/inventory',
  summary: 'Seats left in all cities, or in one',
  description:
    'All cities in order of date; with `cityId` one of them. With `validate=true`, `tier` and `quantity`: whether a checkout of so many seats would find them now.',
  who: 'anyone',
  isPublicRead: true,
  query: z
    .object({
      cityId: cityId.optional(),
      validate: flag('validate').optional(),
      tier: tier.optional(),
      quantity: quantityText.optional(),
    })
    .superRefine(({ validate, ...given }, context) => {
      if (!validate) return
      for (const name of ['cityId', 'tier', 'quantity'] as const) {
        if (given[name] !== undefined) continue
        context.addIssue({ code: 'custom', path: [name], message: `${name} is missing` })
      }
    }),
  answer: {
    status: 200,
    description: 'The public numbers; for `validate=true` whether a checkout would find the seats.',
    data: z.union([z.array(publicStock), publicStock, validation]),
  },
  answerWithRole: {
    status: 200,
    description:
      'All numbers; with `cityId` also of an archived city. For `validate=true` the same as without a role.',
    data: z.union([z.array(fullStock), fullStock, validation]),
  },
  failures: ['unknown_city'],
  examples: [
    { summary: 'All cities', status: 200 },
    { summary: 'One city', query: { cityId: 'dallas-jan-2026' }, status: 200 },
    {
      summary: 'Would 2 GA seats be there?',
      query: { cityId: 'dallas-jan-2026', validate: 'true', tier: 'ga', quantity: '2' },
      status: 200,
    },
    { summary: 'No such city', query: { cityId: 'atlantis' }, status: 404 },
  ],
})

export const readCityCall = describeCall({
  id: 'readCity',
  method: 'GET',
  path: '/api/inventory/{cityId}',
  summary: 'Seats left in one city, with its history for those who may see it',
  description:
    'With `transactions=true` or `expansions=true` the whole call needs a role. Both lists are newest first, in pages.',
  who: 'anyone',
  isPublicRead: true,
  params: z.object({ cityId }),
  query: z.object({
    public: flag('public').optional().describe('The public numbers, whoever asks.'),
    transactions: flag('transactions').optional(),
    expansions: flag('expansions').optional(),
    limit: pageSize.optional(),
    cursor: cursor('cursor').optional().describe('`transactionsCursor` of the page before.'),
    expansionsCursor: cursor('expansionsCursor')
      .optional()
      .describe('`expansionsCursor` of the page before.'),
  }),
  answer: {
    status: 200,
    description: 'The public numbers.',
    data: z.object({ inventory: publicStock }),
  },
  answerWithRole: {
    status: 200,
    description:
      'All numbers, and the history asked for; also of an archived city, but not with `public=true`.',
    data: z.object({
      inventory: z.union([fullStock, publicStock]),
      transactions: z.array(transaction).optional(),
      transactionsCursor: z.string().nullable().optional().describe('Null on the last page.'),
      expansions: z.array(expansion).optional(),
      expansionsCursor: z.string().nullable().optional(),
    }),
  },
  failures: ['unknown_city', 'unauthenticated'],
  examples: [
    {
      summary: 'Public numbers',
      params: { cityId: 'dallas-jan-2026' },
      query: { public: 'true' },
      status: 200,
    },
    {
      summary: 'History without a role',
      params: { cityId: 'dallas-jan-2026' },
      query: { transactions: 'true' },
      status: 401,
    },
  ],
})

export const streamInventoryCall = describeCall({
  id: 'streamInventory',
  method: 'GET',
  path: '/api/inventory/stream',
  summary: 'Each change of the public numbers, as it happens',
  description: 'The whole answer first, then again at each change of it. With `cityId` that of one city.',
  who: 'anyone',
  isPublicRead: true,
  query: z.object({ cityId: cityId.optional() }),
  answer: {
    status: 200,
    description: `Server-sent events; the data of each is what \`GET /api/inventory\` answers. ${stayingConnected}`,
    data: z.union([z.array(publicStock), publicStock]),
    as: 'events',
  },
  failures: ['unknown_city'],
})
