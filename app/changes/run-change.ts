import { figuresOf } from '@/app/api/audit-figures'
import { onceForm } from '@/app/forms/once-form'
import type { SignedIn } from '@/app/web/require-principal'
import { type AuditEvent, recordAudit } from '@/lib/accounts/audit-log'
import { actorName } from '@/lib/accounts/principal'
import { database } from '@/lib/database'
import type { RecordChange } from '@/lib/inventory/execute'
import { refuseArchived } from './archived'
import type { Change, ChangeRequest, Done, Performed, Refused } from './change'

/** What an admin sent. */
export interface SentChange extends Omit<ChangeRequest, 'authority'> {
  change: Change
  isArchived: boolean
  signedIn: SignedIn
}

/**
 * Does what was asked, once however often the form comes, and leaves a row in the audit log: where the change is a
 * transaction, in that one.
 */
export async function runChange(sent: SentChange) {
  const { change, signedIn, cityId, query, form } = sent
  const work = async () => {
    const performed = await perform(sent)
    return performed.ok ? { ok: true as const, value: performed.done } : performed
  }
  return onceForm<Done, Refused>(form, signedIn, change.action, work, [cityId, query.toString()])
}

async function perform(sent: SentChange): Promise<Performed> {
  const { change, signedIn, form, cityId } = sent
  const { audit, principal } = signedIn
  const authorizedBy = form.get('authorizedBy')?.trim() ?? ''
  const reason = form.get('reason')?.trim() || undefined
  const event = { action: change.action, target: cityId, authorizedBy, reason }
  let isRecorded = false
  const record: RecordChange = async (trx, { entries, setting }) => {
    const facts = change.facts?.(sent, setting) ?? figuresOf(entries, cityId)
    await recordAudit(trx, audit, { ...event, ...facts, outcome: 'applied' })
    isRecorded = true
  }
  const write = (outcome: Pick<AuditEvent, 'outcome' | 'code' | 'before' | 'after'>) =>
    recordAudit(database(), audit, { ...event, ...outcome })
  try {
    const authority = { actor: actorName(principal), authorizedBy, reason, record }
    const performed = refuseArchived(change, sent) ?? (await change.perform({ ...sent, authority }))
    if (!performed.ok) await write({ outcome: 'refused', code: performed.code })
    // What takes more than one transaction, such as a release, is recorded after it.
    else if (!isRecorded) await write({ outcome: 'applied', ...change.facts?.(sent) })
    return performed
  } catch (error) {
    // While the database is away there is nowhere to write it; the error itself is what matters.
    await write({ outcome: 'failed', code: 'unexpected' }).catch(() => {})
    throw error
  }
}
