import type { AlertChannel } from '@/db/tables/alerts'
import { audited, type AuditContext } from '@/lib/accounts/audit-log'
import { describeActor } from '@/lib/accounts/audit-log/entry'
import { isStorableText } from '@/lib/outside-text'
import { queueSender } from '@/lib/queues/send'
import { wakeWorkers } from '@/lib/queues/wake'
import type { Result } from '@/lib/result'
import type { NewAlert } from './alert'
import { channelsByUrgency, longestMessage, type Urgency } from './manual-message'
import { raiseAlerts } from './raise'
import { loadTargets } from './targets'

/** A message that was raised. */
export interface SentMessage {
  /** The alert's id. */
  id: string
  /** No channel that it goes through is set up. */
  reachesNobody: boolean
}

/** Tells the team something in an admin's words. */
export async function sendConsoleAlert(
  { message, urgency }: { message: string; urgency: Urgency },
  context: AuditContext,
): Promise<Result<SentMessage, 'invalid_message'>> {
  await queueSender()
  const text = message.trim()
  const result = await audited(context, { action: 'alert.send' }, async (trx) => {
    if (!isStorableText(text, longestMessage)) return { ok: false, code: 'invalid_message' as const }
    const channels = channelsByUrgency[urgency]
    const targets = await loadTargets(trx)
    const alert: NewAlert = {
      kind: 'manual',
      channels,
      subject: firstLine(text),
      body: `${text}\nSent by ${describeActor(context.actor).label}.`,
      ...(urgency === 'urgent' ? { isUrgent: true as const } : {}),
    }
    const [id = ''] = await raiseAlerts(trx, [alert], targets)
    const reachesNobody = channels.every((channel) => targets[channel].length === 0)
    return { ok: true, value: { id, reachesNobody }, target: id, after: { urgency, message: text } }
  })
  if (result.ok) wakeWorkers('alerts')
  return result
}

/** Sends a test message through one channel, to everybody whom it reaches. @returns the alert's id */
export async function sendTestAlert(
  channel: AlertChannel,
  context: AuditContext,
): Promise<Result<{ id: string }, 'not_configured'>> {
  await queueSender()
  const result = await audited(context, { action: 'alert.test', target: channel }, async (trx) => {
    const targets = await loadTargets(trx)
    if (targets[channel].length === 0) return { ok: false, code: 'not_configured' as const }
    const sender = describeActor(context.actor).label
    const [id = ''] = await raiseAlerts(trx, [
      {
        kind: 'test',
        channels: [channel],
        subject: 'A test from the console',
        body: `Alerts reach you through this channel. Sent by ${sender}.`,
      },
    ])
    return { ok: true, value: { id }, after: { alertId: id } }
  })
  if (result.ok) wakeWorkers('alerts')
  return result
}

function firstLine(text: string): string {
  const [line = ''] = text.split('\n')
  return line.length <= 120 ? line : `${line.slice(0, 117).toWellFormed()}...`
}
