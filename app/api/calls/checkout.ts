import { z } from 'zod'
import { maxTextLength } from '@/lib/outside-text'
import { describeCall } from '../describe'
import { cityId, moment, quantity, tier, tierNamed } from '../schemas/fields'

const email = z
  .string('email must be a text')
  .max(maxTextLength, 'email is too long')
  .meta({ description: 'Filled in on the payment page.', examples: ['ada@example.com'] })

const holdToken = z
  .string('holdToken must be a text')
  .min(1, 'holdToken is empty')
  .max(maxTextLength, 'holdToken is too long')
  .meta({ description: 'Of an earlier answer: whose hold it is.' })

export const startCheckoutCall = describeCall({
  id: 'startCheckout',
  method: 'POST',
  path: '/api/checkout-sessions',
  summary: 'Hold seats and make the page to pay on',
  description:
    'The same buyer asking for the same again, at the same price, gets the same page; asking for something else changes their mind, by which seats can be kept for an hour, or for twice as long as a hold lasts. Keep `holdToken`: it says whose hold it is.\n\nWhile Stripe cannot be reached the seats stay held, too: then 503 (`payment_unavailable`) brings `data.holdToken`, to try again with. An `email` that Stripe does not take is 422 (`invalid`, with `data.field`). The seats of a caller who sent a `holdToken` then stay held: ask again with another `email`, or with the same one for a page without it. Of any other caller no seats are held.',
  who: 'anyone',
  limit: 'checkout',
  body: z
    .object(
      {
        cityId,
        tier: tier.optional(),
        ticketType: tierNamed('ticketType').optional().describe('Another name of `tier`.'),
        quantity,
        email: email.nullish(),
        link: z
          .string('link must be a text')
          .max(maxTextLength, 'link is too long')
          .optional()
          .describe(
            'A private link that an admin issued. It only adds to what can be bought: an order of the other tier, or of more seats than it has left, is one like anybody’s.',
          ),
        holdToken: holdToken.optional(),
      },
      'The body must be a JSON object',
    )
    .refine(({ tier: named, ticketType }) => named !== undefined || ticketType !== undefined, {
      error: 'tier must be ga or vip',
      path: ['tier'],
    })
    .refine(
      ({ tier: named, ticketType }) =>
        named === undefined || ticketType === undefined || named === ticketType,
      { error: 'tier and ticketType name different tickets', path: ['ticketType'] },
    ),
  answer: {
    status: 201,
    description: 'The seats are held; pay at `url`.',
    data: z.object({
      sessionId: z.string(),
      url: z.url(),
      expiresAt: moment.describe('When the hold ends.'),
      reservationId: z.string(),
      holdToken: z.string(),
    }),
  },
  failures: [
    'unknown_city',
    'not_on_sale',
    'insufficient_stock',
    'hold_limit',
    'in_conflict',
    'busy',
    'payment_unavailable',
  ],
  once: true,
  examples: [
    {
      summary: 'Two GA tickets in Chicago',
      body: { cityId: 'chicago-may-2026', tier: 'ga', quantity: 2, email: 'ada@example.com' },
      status: 201,
    },
    { summary: 'Too many', body: { cityId: 'chicago-may-2026', tier: 'ga', quantity: 11 }, status: 422 },
  ],
})
