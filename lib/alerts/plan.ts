import type { AlertChannel } from '@/db/tables/alerts'
import { type Config, config } from '@/lib/config'

/** Where each channel delivers to. Empty: the channel is not configured. */
export type AlertTargets = Record<AlertChannel, readonly string[]>

export interface PlannedDelivery {
  channel: AlertChannel
  /** An address, a phone number, or a label where the real one is a secret; empty when skipped. */
  target: string
  state: 'pending' | 'skipped'
}

/** Slack's webhook address is a secret, so its deliveries are stored under this name. */
export const slackTarget = 'webhook'

/** One delivery for each channel and target; a channel without a target is one skipped delivery. */
export function planDeliveries(channels: readonly AlertChannel[], targets: AlertTargets): PlannedDelivery[] {
  return [...new Set(channels)].flatMap((channel): PlannedDelivery[] => {
    const unique = [...new Set(targets[channel])]
    if (unique.length === 0) return [{ channel, target: '', state: 'skipped' }]
    return unique.map((target) => ({ channel, target, state: 'pending' }))
  })
}

/** Whether the channel delivers to this target by now. A mail address stays the same one in other capitals. */
export function isTold(
  { channel, target }: { channel: AlertChannel; target: string },
  targets: AlertTargets,
): boolean {
  return targets[channel].some((one) => one.toLowerCase() === target.toLowerCase())
}

/** Recipients count only where the service that reaches them is configured too. */
export function configuredTargets(settings: Config = config()): AlertTargets {
  return {
    slack: settings.slack ? [slackTarget] : [],
    email: settings.mail ? settings.alertRecipients.emails : [],
    sms: settings.twilio ? settings.alertRecipients.phones : [],
  }
}
