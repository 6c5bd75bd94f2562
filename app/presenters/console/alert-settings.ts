import { readThresholds } from '@/lib/alerts/thresholds'
import { alertLevels, levelNames } from '@/lib/alerts/levels'
import { loadAlertSettings } from '@/lib/alerts/settings'
import { config } from '@/lib/config'
import { contentVersion } from '@/lib/content-version'
import { database } from '@/lib/database'

/** All that an admin can set about alerts. Who is told is for owners to read. */
export async function presentAlertSettings({ isOwner }: { isOwner: boolean }) {
  const [thresholds, settings] = await Promise.all([
    readThresholds(database()),
    loadAlertSettings(database()),
  ])
  const { alertRecipients, mail, twilio, slack } = config()
  const shown = isOwner ? settings : { ...settings, recipients: null }
  return {
    thresholds: thresholds.map(({ tier, remaining, level, channels }) => ({
      tier,
      remaining,
      level,
      channels: [...channels],
    })),
    thresholdsVersion: contentVersion(thresholds),
    levels: alertLevels.map((level) => ({ level, name: levelNames[level] })),
    settings: shown,
    isOwner,
    // Of what is shown: a hash of phone numbers is found by trying all numbers.
    settingsVersion: contentVersion(shown),
    configured: isOwner
      ? { emails: [...alertRecipients.emails], phones: [...alertRecipients.phones] }
      : { emails: [], phones: [] },
    services: { slack: slack !== undefined, email: mail !== undefined, sms: twilio !== undefined },
  }
}
