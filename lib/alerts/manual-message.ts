import type { AlertChannel } from '@/db/tables/alerts'

/** How urgent a message is that an admin writes. */
export const urgencies = ['normal', 'urgent'] as const
export type Urgency = (typeof urgencies)[number]

/** What an urgency is told through. */
export const channelsByUrgency: Record<Urgency, readonly AlertChannel[]> = {
  normal: ['slack', 'email'],
  urgent: ['slack', 'email', 'sms'],
}

/** In UTF-16 units. */
export const longestMessage = 1_000
