import type { AlertChannel } from '@/db/tables/alerts'
import { type Config, config } from '@/lib/config'
import type { Channel } from './channel'
import { emailChannel } from './email'
import { slackChannel } from './slack'
import { smsChannel } from './sms'

/** The configured channels; undefined where one is not. */
export type Channels = Record<AlertChannel, Channel | undefined>

export function configuredChannels(settings: Config = config()): Channels {
  return {
    slack: settings.slack && slackChannel(settings.slack.webhookUrl),
    email: settings.mail && emailChannel(settings.mail),
    sms: settings.twilio && smsChannel(settings.twilio),
  }
}
