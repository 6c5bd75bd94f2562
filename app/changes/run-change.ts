import { actorName } from '@/app/api/admin-refusal'
import { figuresOf } from '@/app/api/audit-figures'
import { beginForm } from '@/app/web/begin-form'
import type { SignedIn } from '@/app/web/require-principal'
import { type AuditEvent, recordAudit } from '@/lib/accounts/audit-log'
import { database } from '@/lib/database'
import { refusal } from '@/lib/inventory/admin/result'
import type { RecordChange } from '@/lib/inventory/execute'
import type { Change, ChangeRequest, Done, Performed } from './change'

/** What an admin sent. */
export interface SentChange extends Omit<ChangeRequest, 'authority'> {
  change: Change
  signedIn: SignedIn
}

/**
 * Does what was asked, once however often the form comes, and leaves a row in the audit log: where the change is a
 * transaction, in that one.
 */
export async function runChange(sent: SentChange): Promise<Performed> {
  const { signedIn, cityId, query, form } = sent
  const scope = `console:${signedIn.principal.accountId} ${sent.change.action}`
  const begun = await beginForm({
    scope,
    key: form.get('key') ?? '',
    content: `${cityId}\n${query.toString()}\n${form.toString()}`,
  })
  switch (begun.state) {
    case 'answered':
      return { ok: true, done: JSON.parse(begun.answer) as Done }
    case 'running':
      return refusal('numbers_moved', 'This is being done already. Look at the numbers again.')
    case 'other_request':
      return refusal(
        'numbers_moved',
        'This form was sent before with other content. Check it, and send it again.',
      )
    case 'run': {
      try {
        const ran = await perform(sent)
        if (ran.ok) await begun.run.settle(JSON.stringify(ran.done))
        else await begun.run.giveUp()
        return ran
      } catch (error) {
        await begun.run.giveUp().catch(() => {})
        throw error
      }
    }
  }
}

async function perform(sent: SentChange): Promise<Performed> {
  const { change, signedIn, form, cityId } = sent
  const { audit, principal } = signedIn
  const authorizedBy = form.get('authorizedBy')?.trim() ?? ''
  const reason = form.get('reason')?.trim() || undefined
  const event = { action: change.action, target: cityId, authorizedBy, reason }
  const facts = change.facts?.(sent)
  let isRecorded = false
  const record: RecordChange = async (trx, { entries }) => {
    await recordAudit(trx, audit, { ...event, ...(facts ?? figuresOf(entries, cityId)), outcome: 'applied' })
    isRecorded = true
  }
  const write = (outcome: Pick<AuditEvent, 'outcome' | 'code' | 'before' | 'after'>) =>
    recordAudit(database(), audit, { ...event, ...outcome })
  try {
    const authority = { actor: actorName(principal), authorizedBy, reason, record }
    const performed = await change.perform({ ...sent, authority })
    if (!performed.ok) await write({ outcome: 'refused', code: performed.code })
    // What takes more than one transaction, such as a release, is recorded after it.
    else if (!isRecorded) await write({ outcome: 'applied', ...facts })
    return performed
  } catch (error) {
    // While the database is away there is nowhere to write it; the error itself is what matters.
    await write({ outcome: 'failed', code: 'unexpected' }).catch(() => {})
    throw error
  }
}
