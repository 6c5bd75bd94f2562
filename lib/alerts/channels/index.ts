import type { AlertChannel } from '@/db/tables/alerts'
import { config } from '@/lib/config'
import type { Channel } from './channel'
import { emailChannel } from './email'
import { slackChannel } from './slack'
import { smsChannel } from './sms'

/** The configured channels; undefined where one is not. */
export type Channels = Record<AlertChannel, Channel | undefined>

export function configuredChannels(): Channels {
  const { slack, mail, twilio } = config()
  return {
    slack: slack && slackChannel(slack.webhookUrl),
    email: mail && emailChannel(mail),
    sms: twilio && smsChannel(twilio),
  }
}
