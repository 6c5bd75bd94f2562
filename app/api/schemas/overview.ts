import { z } from 'zod'
import { alertChannels } from '@/lib/alerts/channel-names'
import { alertLevels } from '@/lib/alerts/levels'
import { tiers } from '@/lib/tier'
import { cityId } from './fields'
import { allNumbers } from './stock'

const count = z.int().min(0)

export const summary = z.object({
  totalCities: count,
  publicSoldOutCities: count,
  actualSoldOutCities: count,
  expandedCities: count.describe('Cities with hidden seats.'),
  ...allNumbers,
})

const share = z.number().min(0).max(1)

export const analytics = z.object({
  sellThrough: z
    .object({ ga: share, vip: share, all: share })
    .describe('Sold seats as a part of those that exist.'),
  cities: z
    .array(
      z.object({
        cityId,
        sellThrough: z.object({ ga: share, vip: share, all: share }),
        soldLastDay: count,
        soldLastWeek: count,
      }),
    )
    .describe('The one that sold the largest part first. Those of this page.'),
})

export const alertSettings = z.object({
  thresholds: z.array(
    z.object({
      tier: z.enum(tiers),
      remaining: count,
      level: z.enum(alertLevels),
      channels: z.array(z.enum(alertChannels)),
    }),
  ),
  recipients: z
    .object({ slack: count, email: count, sms: count })
    .describe('How many are told through each channel; 0 where it is not configured.'),
})
