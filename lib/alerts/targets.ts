import { config } from '@/lib/config'
import type { Connection } from '@/lib/database'
import { type AlertTargets, configuredTargets } from './plan'
import { type AlertSettings, loadAlertSettings } from './settings'

/**
 * Where each channel delivers to now: whom an admin named, else whom the configuration names. Recipients count only
 * where the service that reaches them is configured.
 */
export async function loadTargets(connection: Connection): Promise<AlertTargets> {
  return targetsBy(await loadAlertSettings(connection))
}

/** The same by settings that are at hand. */
export function targetsBy({ recipients }: Pick<AlertSettings, 'recipients'>): AlertTargets {
  const configured = configuredTargets()
  if (recipients === null) return configured
  const { mail, twilio } = config()
  return {
    slack: configured.slack,
    email: mail ? recipients.emails : [],
    sms: twilio ? recipients.phones : [],
  }
}
