import { isStorableText, unstorable } from '@/lib/outside-text'
import type { RecordChange } from '../execute'
import type { Authority } from '../model'
import { type AdminRefusal, refusal } from './result'

/** Who changes the stock, and why: recorded in the ledger. Texts of at most 255 characters. */
export interface AdminAuthority {
  /** The account that was really signed in; never taken from a request's body. */
  actor?: string | null | undefined
  /** The name that the request gave. */
  authorizedBy: string
  reason?: string | null | undefined
  /** Writes the caller's own record of the change in its transaction. Not called when nothing changes. */
  record?: RecordChange | undefined
}

/** The work that an authority is for. An error names it: `Authorization required for inventory expansion`. */
export type AuthorizedWork =
  | 'inventory expansion'
  | 'inventory reset'
  | 'inventory reduction'
  | 'a change of the public limit'
  | 'undoing a reset'
  | 'releasing a hold'
  | 'a change of the sale'

/** Checks an authority from outside. A blank reason counts as none. */
export function readAuthority(given: AdminAuthority, work: AuthorizedWork): Authority | AdminRefusal {
  const { actor = null, authorizedBy, reason } = given
  if (typeof authorizedBy !== 'string' || authorizedBy.trim() === '')
    return refusal('authorization_required', `Authorization required for ${work}`)
  const blank = reason == null || (typeof reason === 'string' && reason.trim() === '')
  const texts = { authorizedBy, reason: blank ? null : reason, actor }
  for (const [name, text] of Object.entries(texts)) {
    if (text !== null && !isStorableText(text)) return refusal('invalid_text', unstorable(name))
  }
  return texts
}

/** Whether what was read refuses the change already. */
export function isRefusal(checked: object): checked is AdminRefusal {
  return 'ok' in checked && checked.ok === false
}

/** The record of a change by one command. Nothing is recorded when the command was refused. */
export function ifApplied(record: RecordChange | undefined): RecordChange | undefined {
  if (!record) return undefined
  return async (trx, change) => {
    if (change.outcomes[0]?.[0]?.status === 'applied') await record(trx, change)
  }
}
