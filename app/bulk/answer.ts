import { randomUUID } from 'node:crypto'
import { data } from '@remix-run/node'
import { presentBulkChoice } from '@/app/presenters/console/bulk-choice'
import { enteredIn, nameOf, refuseForm, refuseUnreadable } from '@/app/forms/form-refusal'
import { onceForm, type RepeatRefusal, repeatTexts, repeatTitles } from '@/app/forms/once-form'
import type { SignedIn } from '@/app/web/require-principal'
import { readCityNames } from '@/lib/city-names'
import type { AdminRefusal } from '@/lib/inventory/admin'
import { bulkChoice, bulkRun, type BulkRun, readBulkFields } from './bulk-form'
import { previewBulk } from './preview'
import { runBulkStep } from './run'

/** Why a run has not begun. */
export interface BulkRefusal {
  title: string
  message: string
  /** Of the field to mend; without one it is not about a field. */
  fieldId?: string | undefined
}

/** What a form of many cities is answered with: the step that comes next, or its own again with what is wrong. */
export async function answerBulk(form: URLSearchParams, signedIn: SignedIn) {
  switch (nameOf(form)) {
    case 'show':
    case 'show-all':
    case 'choose-all':
    case 'choose-none':
      return chooseAgain(form)
    case 'preview':
      return preview(form, signedIn)
    default:
      return run(form, signedIn)
  }
}

/** The choice, with all that is entered and ticked in it. */
async function chooseAgain(form: URLSearchParams, refusal?: ReturnType<typeof refuseForm>) {
  const button = nameOf(form)
  const page = await presentBulkChoice({
    search: button === 'show-all' ? null : form.get('search'),
    show: button === 'show-all' ? null : form.get('show'),
    chosen: button === 'choose-none' ? [] : form.getAll('cityId'),
    isAllChosen: button === 'choose-all',
  })
  const answer = { step: 'choice' as const, page, entered: enteredIn(form), refused: refusal?.data ?? null }
  return data(answer, refusal?.init ?? undefined)
}

async function preview(form: URLSearchParams, { audit }: SignedIn) {
  const read = bulkChoice.safeParse(readBulkFields(form))
  if (!read.success) {
    const issues = read.error.issues.map(({ path, message }) => ({
      path: path[0] === 'operation' ? path.slice(1) : path,
      message,
    }))
    return chooseAgain(form, await refuseUnreadable(form, { issues }, { audit, action: actionOf(form) }))
  }
  const { operation, cityIds } = read.data
  const found = await previewBulk(operation, [...new Set(cityIds)])
  if (found.rows.length === 0) return noneLeft(form)
  const answer = { step: 'preview' as const, operation, preview: found, formKey: randomUUID() }
  return data({ ...answer, refused: null })
}

async function run(form: URLSearchParams, signedIn: SignedIn) {
  const read = bulkRun.safeParse(readBulkFields(form))
  if (!read.success) {
    const attempt = { audit: signedIn.audit, action: actionOf(form) }
    return chooseAgain(form, await refuseUnreadable(form, read.error, attempt))
  }
  const { operation, targets, results } = read.data
  const formKey = form.get('key') ?? randomUUID()
  const isFirst = results.length === 0
  if (isFirst && operation.operation === 'reset' && form.get('count')?.trim() !== String(targets.length)) {
    const message = `Type ${targets.length}, the number of cities, to reset them`
    const refused = { title: nothing, message, fieldId: 'run-count' }
    return previewAgain(form, read.data, { refused, formKey, status: 422 })
  }
  const step = await onceForm(form, signedIn, `${actionOf(form)} after ${results.length}`, () =>
    runBulkStep(read.data, signedIn),
  )
  const { targets: left, results: done } = step.ok ? step.value : read.data
  const cityNames = [...(await readCityNames(done.map(({ cityId }) => cityId)))]
  const answer = { step: 'run' as const, operation, targets: left, results: done, cityNames }
  if (step.ok) return data({ ...answer, problem: null, formKey })
  const nextKey = step.code === 'key_reused' ? randomUUID() : formKey
  const refused = whyNot(step)
  if (isFirst) {
    // What is being done already is asked as it was sent: the next press gets what comes of that.
    const sent = step.code === 'in_progress' ? { targets } : {}
    return previewAgain(form, read.data, { refused, formKey: nextKey, status: 409, sent })
  }
  // What was done stays in view, and the rest can be tried again.
  return data({ ...answer, problem: refused.message, formKey: nextKey }, { status: 409 })
}

const nothing = 'Nothing was changed'

function whyNot(refusal: AdminRefusal | { code: RepeatRefusal }): BulkRefusal {
  if ('message' in refusal) return { title: nothing, message: refusal.message }
  return { title: repeatTitles[refusal.code] ?? nothing, message: repeatTexts[refusal.code] }
}

/** The numbers as they are by now, and why the run has not begun. */
async function previewAgain(
  form: URLSearchParams,
  { operation, targets }: Pick<BulkRun, 'operation' | 'targets'>,
  again: {
    refused: BulkRefusal
    formKey: string
    status: number
    sent?: Partial<Pick<BulkRun, 'targets'>>
  },
) {
  const cityIds = targets.map(([cityId]) => cityId)
  const found = await previewBulk(operation, cityIds)
  if (found.rows.length === 0) return noneLeft(form)
  const { refused, formKey, status, sent } = again
  const answer = { step: 'preview' as const, operation, preview: { ...found, ...sent }, refused, formKey }
  return data(answer, { status })
}

function noneLeft(form: URLSearchParams) {
  return chooseAgain(form, refuseForm(form, 'None of these cities is there any more.'))
}

function actionOf(form: URLSearchParams): string {
  return form.get('operation') === 'reset' ? 'inventory.reset' : 'inventory.expand'
}
