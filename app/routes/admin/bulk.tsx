import { randomUUID } from 'node:crypto'
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { bulkChoice, bulkRun, readBulkFields } from '@/app/bulk/bulk-form'
import { previewBulk } from '@/app/bulk/preview'
import { runBulkStep } from '@/app/bulk/run'
import { BulkChoiceForm } from '@/app/components/console/bulk/choice-form'
import { BulkPreviewForm } from '@/app/components/console/bulk/preview-form'
import { BulkProgress } from '@/app/components/console/bulk/progress'
import { ErrorSummary } from '@/app/components/error-summary'
import { PageHeader } from '@/app/components/page-header'
import { presentBulkChoice } from '@/app/presenters/console/bulk-choice'
import { nameOf, refuseForm, refuseUnreadable } from '@/app/web/form-refusal'
import { readForm } from '@/app/web/read-form'
import { onceForm, refuseRepeat, repeatTexts } from '@/app/web/once-form'
import { requirePrincipal, type SignedIn } from '@/app/web/require-principal'
import { may } from '@/lib/accounts'
import { readCityNames } from '@/lib/cities/city-names'

export const meta: MetaFunction = () => [{ title: 'Many cities – Console' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'operate')
  const query = new URL(request.url).searchParams
  return { ...(await presentBulkChoice(query)), isOwner: may(principal, 'own') }
}

/** Looks first, then changes city after city. Resets are for owners. */
export async function action({ request, context }: ActionFunctionArgs) {
  const signedIn = await requirePrincipal(context, 'operate')
  const form = await readForm(request)
  if (form.get('operation') === 'reset') await requirePrincipal(context, 'own')
  if (nameOf(form) === 'preview') return preview(form, signedIn)
  const answer = await run(form, signedIn)
  await context.liveStock.refresh()
  return answer
}

async function preview(form: URLSearchParams, { audit }: SignedIn) {
  const read = bulkChoice.safeParse(readBulkFields(form))
  if (!read.success) {
    const issues = read.error.issues.map(({ path, message }) => ({
      path: path[0] === 'operation' ? path.slice(1) : path,
      message,
    }))
    return refuseUnreadable(form, { issues }, { audit, action: actionOf(form) })
  }
  const { operation, cityIds } = read.data
  const found = await previewBulk(operation, [...new Set(cityIds)])
  if (found.rows.length === 0) return refuseForm(form, 'None of these cities is there any more.')
  return data({ step: 'preview' as const, operation, preview: found, problem: null, formKey: randomUUID() })
}

async function run(form: URLSearchParams, signedIn: SignedIn) {
  const read = bulkRun.safeParse(readBulkFields(form))
  if (!read.success)
    return refuseUnreadable(form, read.error, { audit: signedIn.audit, action: actionOf(form) })
  const { operation, targets, results } = read.data
  const formKey = form.get('key') ?? randomUUID()
  const isFirst = results.length === 0
  if (isFirst && operation.operation === 'reset' && form.get('count')?.trim() !== String(targets.length)) {
    const again = await previewBulk(
      operation,
      targets.map(([cityId]) => cityId),
    )
    const problem = `Type ${targets.length}, the number of cities, to reset them`
    return data({ step: 'preview' as const, operation, preview: again, problem, formKey }, { status: 422 })
  }
  const step = await onceForm(form, signedIn, `${actionOf(form)} after ${results.length}`, () =>
    runBulkStep(read.data, signedIn),
  )
  const { targets: left, results: done } = step.ok ? step.value : read.data
  const cityNames = [...(await readCityNames(done.map(({ cityId }) => cityId)))]
  const answer = { step: 'run' as const, operation, targets: left, results: done, cityNames }
  if (step.ok) return data({ ...answer, problem: null, formKey })
  if (isFirst) return 'message' in step ? refuseForm(form, step.message) : refuseRepeat(form, step.code)
  const problem = 'message' in step ? step.message : repeatTexts[step.code]
  // What was done stays in view, and the rest can be tried again.
  const nextKey = step.code === 'key_reused' ? randomUUID() : formKey
  return data({ ...answer, problem, formKey: nextKey }, { status: 409 })
}

function actionOf(form: URLSearchParams): string {
  return form.get('operation') === 'reset' ? 'inventory.reset' : 'inventory.expand'
}

export default function Bulk() {
  const page = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  if (answer && 'step' in answer) {
    return answer.step === 'preview' ? <BulkPreviewForm {...answer} /> : <BulkProgress {...answer} />
  }
  return (
    <div className="stack stack--loose">
      <PageHeader
        title="Many cities"
        lead={`Add hidden seats to many cities at once${page.isOwner ? ', or reset them' : ''}. You see it first.`}
      />
      {answer && <ErrorSummary title={answer.title ?? 'Nothing was changed'} problems={answer.problems} />}
      <BulkChoiceForm page={page} refused={answer} />
    </div>
  )
}
