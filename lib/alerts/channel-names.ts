import type { AlertChannel } from '@/db/tables/alerts'

/** In the order that people read them. */
export const alertChannels = ['slack', 'email', 'sms'] as const satisfies readonly AlertChannel[]

/** What each channel is called in the console. */
export const channelNames: Record<AlertChannel, string> = { slack: 'Slack', email: 'Email', sms: 'SMS' }
