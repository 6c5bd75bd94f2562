import { data } from '@remix-run/node'
import { recordAudit, type AuditContext } from '@/lib/accounts/audit-log'
import { database } from '@/lib/database'

/** Why a form changed nothing, and what was entered, to be shown again. */
export interface FormRefusal {
  /** Which form of the page. */
  form: string
  /** Said above the problems; without one, that nothing was changed. */
  title?: string
  problems: { fieldId?: string; message: string }[]
  entered: Record<string, string>
  /** The key to send the form with again. By default the page's own. */
  key?: string
  /**
   * What the form began with, if another admin has changed that meanwhile. `entered` then has only what its sender
   * changed.
   */
  opened?: Record<string, string>
}

/**
 * The answer to a form that a rule refused: 409, since the rule saw other facts than the sender.
 *
 * @param what one message, with the field's id in the options if it is of one; or all problems
 */
export function refuseForm(
  form: URLSearchParams,
  what: string | FormRefusal['problems'],
  {
    status = 409,
    fieldId,
    headers,
    ...rest
  }: { status?: number; fieldId?: string; headers?: Record<string, string> } & Pick<
    FormRefusal,
    'title' | 'key'
  > = {},
) {
  return data<FormRefusal>(
    {
      form: nameOf(form),
      problems:
        typeof what === 'string' ? [{ message: what, ...(fieldId !== undefined && { fieldId }) }] : what,
      ...rest,
      entered: enteredIn(form),
    },
    { status, headers },
  )
}

/** What a schema says of a form that it refuses. */
export interface Unreadable {
  issues: readonly { path: readonly PropertyKey[]; message: string }[]
}

/** The same for a form that cannot be read. Its attempt is recorded, like every other. */
export async function refuseUnreadable(
  form: URLSearchParams,
  error: Unreadable,
  attempt: { audit: AuditContext; action: string; target?: string },
) {
  const { audit, action, target } = attempt
  await recordAudit(database(), audit, { action, target, outcome: 'refused', code: 'invalid' })
  const problems = error.issues.map(({ path, message }) => ({
    fieldId: [nameOf(form), ...path.map(String)].filter(Boolean).join('-'),
    message,
  }))
  return data<FormRefusal>({ form: nameOf(form), problems, entered: enteredIn(form) }, { status: 422 })
}

/** Fields as an object; the last one wins where a name comes more than once. */
export function fieldsOf(form: URLSearchParams): Record<string, string> {
  return Object.fromEntries(form)
}

/** A page may have several forms, told apart by the button that was pressed. */
export function nameOf(form: URLSearchParams): string {
  return form.get('form') ?? ''
}

/** Fifty addresses fit. */
const longest = 20_000

/** Boxes that share a name are one text, separated by commas. A password is never shown again. */
export function enteredIn(form: URLSearchParams): Record<string, string> {
  const names = [...new Set(form.keys())].filter((name) => name !== 'password')
  return Object.fromEntries(names.map((name) => [name, form.getAll(name).join(',').slice(0, longest)]))
}
