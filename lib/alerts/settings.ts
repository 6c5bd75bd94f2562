import { z } from 'zod'
import { audited, type AuditContext } from '@/lib/accounts/audit-log'
import { contentVersion } from '@/lib/content-version'
import type { Connection } from '@/lib/database'
import type { Result } from '@/lib/result'
import { lockSetting, readSetting, writeSetting } from '@/lib/settings'
import { maskRecipients } from '@/lib/mask-recipients'
import { canShowTimesIn, timeZoneName } from '@/lib/time-zone'

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time must look like 22:00')

/**
 * As they are stored. Of an older version it may be an abbreviation: only Node reads these hours, and to refuse one here
 * would lose the other settings with it.
 */
const storedQuietHours = z.object({ from: clock, to: clock, timeZone: z.string().refine(canShowTimesIn) })

/** As somebody enters them. */
export const quietHours = storedQuietHours
  .extend({ timeZone: timeZoneName })
  .refine(({ from, to }) => from !== to, { error: 'Quiet hours must end at another time', path: ['to'] })

/** Of emails, and of phones. */
export const mostRecipients = 50

export const longestGatherSeconds = 3_600

const alertSettings = z.object({
  /** How long alerts of the mild levels are gathered. */
  gatherSeconds: z.number().int().min(0).max(longestGatherSeconds).default(60),
  /** The wait before the first repetition of a delivery; it doubles from one to the next. */
  retrySeconds: z.number().min(0).max(600).default(5),
  /** When mild levels wait; null: they never do. */
  quiet: storedQuietHours.nullable().default(null),
  /** Who gets mails and text messages; null: whom the configuration names. */
  recipients: z
    .object({
      emails: z.array(z.string()).max(mostRecipients),
      phones: z.array(z.string()).max(mostRecipients),
    })
    .nullable()
    .default(null),
})

export type AlertSettings = z.output<typeof alertSettings>

/** What an admin has set in the `alerts` row of the settings, defaults for the rest. */
export async function loadAlertSettings(connection: Connection): Promise<AlertSettings> {
  return readSetting(connection, 'alerts', alertSettings)
}

/**
 * Sets some of the settings; the others stay.
 *
 * @param expected the version of the settings that the admin saw (`contentVersion`)
 */
export async function saveAlertSettings(
  change: Partial<AlertSettings>,
  expected: string,
  context: AuditContext,
): Promise<Result<null, 'changed_meanwhile'>> {
  return audited(context, { action: 'settings.alerts' }, async (trx) => {
    await lockSetting(trx, 'alerts')
    const before = await loadAlertSettings(trx)
    if (contentVersion(before) !== expected) return { ok: false, code: 'changed_meanwhile' }
    const after = { ...before, ...change }
    await writeSetting(trx, 'alerts', after, context.actor)
    const changed = changedNames(before, after)
    return { ok: true, value: null, before: recorded(before), after: { ...recorded(after), changed } }
  })
}

/** As the audit log keeps them, which is read by more people than owners. */
function recorded({ recipients, ...settings }: AlertSettings): Record<string, unknown> {
  if (recipients === null) return { ...settings, recipients }
  const { emails, phones } = recipients
  return {
    ...settings,
    recipients: { emails: emails.map(maskRecipients), phones: phones.map(maskRecipients) },
  }
}

/** Recorded too: two recipients may look alike when they are masked, and one took the place of the other. */
function changedNames(before: AlertSettings, after: AlertSettings): string[] {
  const names = Object.keys(after) as (keyof AlertSettings)[]
  return names.filter((name) => contentVersion(before[name]) !== contentVersion(after[name]))
}
