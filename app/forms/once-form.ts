import { randomUUID } from 'node:crypto'
import type { RepeatableRequest } from '@/lib/idempotency/idempotency'
import type { SignedIn } from '@/app/web/require-principal'
import { beginForm } from './begin-form'
import { refuseForm } from './form-refusal'

/** Why a form that was sent before is not done again. */
export type RepeatRefusal = 'in_progress' | 'key_reused'

export const repeatTexts: Record<RepeatRefusal, string> = {
  in_progress: 'This is being done already.',
  key_reused: 'This form was sent before with other content. Check it, and send it again.',
}

/**
 * The titles of these refusals. What is being done already may have changed something. Without a title the page says
 * that nothing was changed.
 */
export const repeatTitles: Partial<Record<RepeatRefusal, string>> = { in_progress: 'Nothing more was done' }

/** Whether a form was refused because it was sent before. */
export function isRepeat(code: string): code is RepeatRefusal {
  return code === 'in_progress' || code === 'key_reused'
}

/**
 * Refuses a form that was sent before. While the first one is still being done, the form keeps its key: the next press
 * gets the result of that one, and does nothing twice. A form with other content gets a new key along with the refusal,
 * which is shown before the page's data has been loaded again.
 */
export function refuseRepeat(form: URLSearchParams, code: RepeatRefusal) {
  if (code === 'key_reused') return refuseForm(form, repeatTexts[code], { key: randomUUID() })
  const key = form.get('key') ?? randomUUID()
  return refuseForm(form, repeatTexts[code], { key, title: repeatTitles[code] })
}

/**
 * Does what a form asks for once, however often it comes: a double click gets the first one's answer. What was refused
 * can be sent again.
 *
 * @param action as in the audit log: the same key of another action is another key
 * @param work its value must be plain JSON; it is kept sealed for a day
 * @param about what the form is about besides its content, such as the page's address. The same key with another
 *   `about` is refused like one with other content
 */
export async function onceForm<Value, Refusal extends { ok: false; code: string }>(
  form: URLSearchParams,
  { principal }: SignedIn,
  action: string,
  work: () => Promise<{ ok: true; value: Value } | Refusal>,
  about: readonly string[] = [],
): Promise<{ ok: true; value: Value } | Refusal | { ok: false; code: RepeatRefusal }> {
  const request = repeatable(form, `console:${principal.accountId} ${action}`, about)
  return request ? onceBy(request, work) : work()
}

/** A form as what may come more than once; null for one without a key. */
export function repeatable(
  form: URLSearchParams,
  scope: string,
  about: readonly string[] = [],
): RepeatableRequest | null {
  const key = form.get('key')
  return key ? { scope, key, content: [...about, form.toString()].join('\n') } : null
}

/** Does the work of a request once: see `onceForm`. */
export async function onceBy<Value, Refusal extends { ok: false; code: string }>(
  request: RepeatableRequest,
  work: () => Promise<{ ok: true; value: Value } | Refusal>,
): Promise<{ ok: true; value: Value } | Refusal | { ok: false; code: RepeatRefusal }> {
  const begun = await beginForm(request)
  switch (begun.state) {
    case 'answered':
      return { ok: true, value: JSON.parse(begun.answer) as Value }
    case 'in_progress':
      return { ok: false, code: 'in_progress' }
    case 'key_reused':
      return { ok: false, code: 'key_reused' }
    case 'run': {
      try {
        const result = await work()
        if (result.ok) await begun.run.settle(JSON.stringify(result.value))
        else await begun.run.giveUp()
        return result
      } catch (error) {
        await begun.run.giveUp().catch(() => {})
        throw error
      }
    }
  }
}
