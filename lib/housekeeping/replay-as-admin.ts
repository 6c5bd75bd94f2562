import { recordAudit, type AuditContext } from '@/lib/accounts/audit-log'
import { reviveDeliveries } from '@/lib/alerts/revive'
import { database } from '@/lib/database'
import { isUuid } from '@/lib/is-uuid'
import { type PrepareReplay, replayDeadLetters } from '@/lib/queues/dead-letters'
import type { DeadLetterQueue, QueueName } from '@/lib/queues/definitions'
import { wakeWorkers } from '@/lib/queues/wake'

export type ReplayResult = { ok: true; replayed: number } | { ok: false; code: 'nothing_to_replay' }

/** Puts dead letters back on their queue in an admin's name: one, or all of a queue, as far as one call goes. */
export async function replayAsAdmin(
  { queue, id }: { queue: DeadLetterQueue; id?: string | undefined },
  context: AuditContext,
): Promise<ReplayResult> {
  const event = { action: 'dead_letter.replay', target: id === undefined ? queue : `${queue} ${id}` }
  const isReadable = id === undefined || isUuid(id)
  const only = id === undefined ? {} : { ids: [id] }
  const replayed = isReadable ? await replayDeadLetters(queue, { ...only, prepare: preparing[queue] }) : 0
  if (replayed === 0) {
    await recordAudit(database(), context, { ...event, outcome: 'refused', code: 'nothing_to_replay' })
    return { ok: false, code: 'nothing_to_replay' }
  }
  await recordAudit(database(), context, { ...event, outcome: 'applied', after: { replayed } })
  wakeWorkers(sources[queue])
  return { ok: true, replayed }
}

const preparing: { [Queue in DeadLetterQueue]?: PrepareReplay } = { 'alerts-dead': reviveDeliveries }

const sources: Record<DeadLetterQueue, QueueName> = {
  'stripe-events-dead': 'stripe-events',
  'alerts-dead': 'alerts',
  'refunds-dead': 'refunds',
}
